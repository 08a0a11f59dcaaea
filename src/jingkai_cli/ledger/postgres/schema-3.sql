-- Version 3: the kinds of entry as they are declared now (suspend, resume, cancel, and the texts of a report), filled in
-- for `{kinds}`; and no login but the owner's writes large objects, which no table lists and no backup holds.

CREATE OR REPLACE FUNCTION jk.kinds() RETURNS jsonb LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT '{kinds}'::jsonb
$$;

DO $$
DECLARE
  writing regprocedure;
BEGIN
  FOR writing IN SELECT oid FROM pg_catalog.pg_proc
    WHERE pronamespace = 'pg_catalog'::regnamespace
      AND proname IN ('lo_create', 'lo_creat', 'lo_from_bytea', 'lo_import', 'lo_put', 'lowrite')
  LOOP
    BEGIN
      EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', writing);
    EXCEPTION WHEN insufficient_privilege THEN NULL;  -- only a superuser may: the ledger itself does not depend on it
    END;
  END LOOP;
END $$;

UPDATE jk.version SET number = 3;
