-- Version 5: totals that come after a new reading are corrected once, when the transaction commits, so that a file with
-- its last day first takes no longer than another one. Nobody can commit without that: SET CONSTRAINTS only hastens it.

-- Whether the total after an increment follows from the total before it. Until the commit, `since` is -1 where it does
-- not follow yet.
CREATE FUNCTION jk.follows(reading jk.readings, before jk.readings) RETURNS boolean LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT reading.total::numeric = coalesce(before.total::numeric, 0) + reading.value::numeric
    AND reading.since = coalesce(before.since, 0) AND reading.since >= 0
$$;

-- Bring the totals of a series that come after a place up to date, as far as the next one that was stated or is right.
-- Begins with the first of the totals before the place that do not follow from one another, so that it is done once.
CREATE OR REPLACE FUNCTION jk.carry(task text, name text, unit text, on_date text, seq bigint) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  here jk.readings;
  beside jk.readings;
BEGIN
  SELECT * INTO here FROM jk.readings r
  WHERE r.task = $1 AND r.name = $2 AND r.unit = $3 AND (r.on_date, r.seq) <= ($4, $5)
  ORDER BY r.on_date DESC, r.seq DESC LIMIT 1;
  WHILE here.added = 1 LOOP
    SELECT * INTO beside FROM jk.readings r
    WHERE r.task = $1 AND r.name = $2 AND r.unit = $3 AND (r.on_date, r.seq) < (here.on_date, here.seq)
    ORDER BY r.on_date DESC, r.seq DESC LIMIT 1;
    EXIT WHEN jk.follows(here, beside);
    here := beside;
  END LOOP;
  LOOP
    SELECT * INTO beside FROM jk.readings r
    WHERE r.task = $1 AND r.name = $2 AND r.unit = $3
     AND (r.on_date, r.seq) > (coalesce(here.on_date, ''), coalesce(here.seq, 0))
    ORDER BY r.on_date, r.seq LIMIT 1;
    EXIT WHEN beside.added IS DISTINCT FROM 1 OR jk.follows(beside, here);
    beside.total := trim_scale(coalesce(here.total::numeric, 0) + beside.value::numeric)::text;
    beside.since := coalesce(here.since, 0);
    UPDATE jk.readings r SET total = beside.total, since = beside.since
    WHERE r.task = $1 AND r.name = $2 AND r.unit = $3 AND r.on_date = beside.on_date AND r.seq = beside.seq;
    here := beside;
  END LOOP;
END $$;

CREATE FUNCTION jk.readings_follow() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM jk.carry(OLD.task, OLD.name, OLD.unit, OLD.on_date, OLD.seq);
  ELSE
    PERFORM jk.carry(NEW.task, NEW.name, NEW.unit, NEW.on_date, NEW.seq);
  END IF;
  RETURN NULL;
END $$;

-- Derives the tables from an entry, in the entry's transaction and with the owner's rights: only this trigger writes them.
CREATE OR REPLACE FUNCTION jk.entries_follow() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  said jsonb := NEW.body::jsonb;
  withdrawn jk.entries;
  whose text;
  reading record;
  before record;
BEGIN
  IF NEW.task <> '' THEN
    INSERT INTO jk.tasks VALUES (NEW.task) ON CONFLICT DO NOTHING;
  END IF;
  IF NEW.kind = 'retract' THEN
    SELECT * INTO withdrawn FROM jk.entries WHERE seq = NEW.ref;
    said := withdrawn.body::jsonb;
    DELETE FROM jk.reports
    WHERE task = withdrawn.task AND on_date = withdrawn.on_date AND seq = withdrawn.seq;
    DELETE FROM jk.events
    WHERE task = withdrawn.task AND on_date = withdrawn.on_date AND seq = withdrawn.seq;
    DELETE FROM jk.readings r USING jsonb_object_keys(said -> 'readings') AS names (given)
    WHERE r.task = withdrawn.task AND r.name = given AND r.unit = coalesce(said -> 'units' ->> given, '')
     AND r.on_date = withdrawn.on_date AND r.seq = withdrawn.seq;
    RETURN NULL;
  END IF;
  IF NEW.kind = 'report' THEN
    INSERT INTO jk.reports
    VALUES (NEW.task, NEW.on_date, NEW.seq, coalesce(said ->> 'received', ''), NEW.recorded_at);
  ELSE
    INSERT INTO jk.events VALUES (
      NEW.task, NEW.on_date, NEW.seq, NEW.kind,
      coalesce(nullif(said ->> 'milestone', ''), nullif(NEW.ref, 0)::text, ''),
      coalesce(said ->> 'deadline', ''), coalesce(said ->> 'basis', ''));
  END IF;
  FOR reading IN SELECT name, value FROM jsonb_each_text(said -> 'readings') AS readings (name, value) LOOP
    whose := coalesce(said -> 'units' ->> reading.name, '');
    INSERT INTO jk.series VALUES (NEW.task, reading.name, whose) ON CONFLICT DO NOTHING;
    IF reading.value LIKE '+%' THEN
      SELECT r.total::numeric AS total, r.since INTO before FROM jk.readings r
      WHERE r.task = NEW.task AND r.name = reading.name AND r.unit = whose
       AND (r.on_date, r.seq) < (NEW.on_date, NEW.seq) ORDER BY r.on_date DESC, r.seq DESC LIMIT 1;
      INSERT INTO jk.readings VALUES (
        NEW.task, reading.name, whose, NEW.on_date, NEW.seq, 1, substr(reading.value, 2),
        trim_scale(coalesce(before.total, 0) + substr(reading.value, 2)::numeric)::text,
        CASE WHEN EXISTS (
          SELECT FROM jk.readings r WHERE r.task = NEW.task AND r.name = reading.name AND r.unit = whose
           AND (r.on_date, r.seq) > (NEW.on_date, NEW.seq)) THEN -1 ELSE coalesce(before.since, 0) END);
    ELSE
      INSERT INTO jk.readings VALUES (
        NEW.task, reading.name, whose, NEW.on_date, NEW.seq, 0, reading.value, reading.value, NEW.seq);
    END IF;
  END LOOP;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER readings_follow AFTER INSERT OR DELETE ON jk.readings DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION jk.readings_follow();
ALTER TABLE jk.readings ENABLE ALWAYS TRIGGER readings_follow;

REVOKE ALL ON FUNCTION jk.follows(jk.readings, jk.readings), jk.readings_follow() FROM PUBLIC;

UPDATE jk.version SET number = 5;
