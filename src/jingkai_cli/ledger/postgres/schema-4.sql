-- Version 4: the kinds of entry as they are declared now (a problem may be major), filled in for `{kinds}`; and one row
-- tells whether the derived tables were changed other than by an entry, so that every report can say so.

CREATE OR REPLACE FUNCTION jk.kinds() RETURNS jsonb LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT '{kinds}'::jsonb
$$;

CREATE TABLE jk.derivation (
  changed integer NOT NULL                           -- 1: something else than an entry's trigger wrote the derived tables
);
INSERT INTO jk.derivation VALUES (0);

-- Notes a change, once. Nothing is refused: who is refused disables a trigger first.
CREATE FUNCTION jk.derived_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE jk.derivation SET changed = 1 WHERE changed = 0;
  RETURN NULL;
END $$;

CREATE TRIGGER changed AFTER INSERT OR DELETE OR UPDATE ON jk.tasks FOR EACH ROW WHEN ((pg_trigger_depth() = 0)) EXECUTE FUNCTION jk.derived_changed();
CREATE TRIGGER truncated AFTER TRUNCATE ON jk.tasks FOR EACH STATEMENT EXECUTE FUNCTION jk.derived_changed();
CREATE TRIGGER changed AFTER INSERT OR DELETE OR UPDATE ON jk.series FOR EACH ROW WHEN ((pg_trigger_depth() = 0)) EXECUTE FUNCTION jk.derived_changed();
CREATE TRIGGER truncated AFTER TRUNCATE ON jk.series FOR EACH STATEMENT EXECUTE FUNCTION jk.derived_changed();
CREATE TRIGGER changed AFTER INSERT OR DELETE OR UPDATE ON jk.readings FOR EACH ROW WHEN ((pg_trigger_depth() = 0)) EXECUTE FUNCTION jk.derived_changed();
CREATE TRIGGER truncated AFTER TRUNCATE ON jk.readings FOR EACH STATEMENT EXECUTE FUNCTION jk.derived_changed();
CREATE TRIGGER changed AFTER INSERT OR DELETE OR UPDATE ON jk.reports FOR EACH ROW WHEN ((pg_trigger_depth() = 0)) EXECUTE FUNCTION jk.derived_changed();
CREATE TRIGGER truncated AFTER TRUNCATE ON jk.reports FOR EACH STATEMENT EXECUTE FUNCTION jk.derived_changed();
CREATE TRIGGER changed AFTER INSERT OR DELETE OR UPDATE ON jk.events FOR EACH ROW WHEN ((pg_trigger_depth() = 0)) EXECUTE FUNCTION jk.derived_changed();
CREATE TRIGGER truncated AFTER TRUNCATE ON jk.events FOR EACH STATEMENT EXECUTE FUNCTION jk.derived_changed();
ALTER TABLE jk.tasks ENABLE ALWAYS TRIGGER changed;
ALTER TABLE jk.tasks ENABLE ALWAYS TRIGGER truncated;
ALTER TABLE jk.series ENABLE ALWAYS TRIGGER changed;
ALTER TABLE jk.series ENABLE ALWAYS TRIGGER truncated;
ALTER TABLE jk.readings ENABLE ALWAYS TRIGGER changed;
ALTER TABLE jk.readings ENABLE ALWAYS TRIGGER truncated;
ALTER TABLE jk.reports ENABLE ALWAYS TRIGGER changed;
ALTER TABLE jk.reports ENABLE ALWAYS TRIGGER truncated;
ALTER TABLE jk.events ENABLE ALWAYS TRIGGER changed;
ALTER TABLE jk.events ENABLE ALWAYS TRIGGER truncated;

REVOKE ALL ON FUNCTION jk.derived_changed() FROM PUBLIC;
GRANT SELECT ON jk.derivation TO jk_unit, jk_coordinator, jk_inspector;

UPDATE jk.version SET number = 4;
