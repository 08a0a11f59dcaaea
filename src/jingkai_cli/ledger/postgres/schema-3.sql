-- Version 3: the kinds of entry as they are declared now (suspend, resume, cancel, and the texts of a report), filled in
-- for `{kinds}`; and no login but the owner's writes large objects, which no table lists and no backup holds.

CREATE OR REPLACE FUNCTION jk.kinds() RETURNS jsonb LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT '{kinds}'::jsonb
$$;

-- Whether every member is as this program writes it: as in version 2, with the numbers and lists that came later.
CREATE OR REPLACE FUNCTION jk.well_formed(said jsonb) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_typeof(said) = 'object'
   AND NOT EXISTS (
     SELECT FROM jsonb_each(said) AS members (name, member)
     WHERE member IN ('[]', '{}') OR jsonb_typeof(member) <> CASE
       WHEN name IN ('ref', 'seq', 'part_of', 'superseded_by') THEN 'number'
       WHEN name IN ('evidence', 'inspectors', 'passed', 'failed', 'not_applicable') THEN 'array'
       WHEN name IN ('readings', 'printed', 'units') THEN 'object'
       ELSE 'string' END)
   AND NOT EXISTS (
     SELECT FROM unnest(ARRAY['evidence', 'inspectors', 'passed', 'failed', 'not_applicable']) AS about,
       jsonb_path_query(said -> about, '$[*]') AS member
     WHERE jsonb_typeof(member) <> 'string')
   AND NOT EXISTS (
     SELECT FROM unnest(ARRAY['readings', 'printed', 'units']) AS about, jsonb_each(said -> about) AS m (name, member)
     WHERE jsonb_typeof(member) <> 'string' OR said -> 'readings' -> name IS NULL)
   AND NOT EXISTS (
     SELECT FROM jsonb_each_text(said -> 'readings' || jsonb_build_object('', coalesce(said ->> 'score', '0'))) AS m
     WHERE value !~ '^[+]?(0|-?(0[.][0-9]{0,14}[1-9]|[1-9][0-9]{0,14}([.][0-9]{0,14}[1-9])?))$')
   AND NOT EXISTS (
     SELECT FROM unnest(ARRAY['on', 'received', 'deadline']) AS about
     WHERE said ? about AND CASE WHEN said ->> about ~ '^\d{4}-\d\d-\d\d$'
       THEN to_char((said ->> about)::date, 'YYYY-MM-DD') IS DISTINCT FROM said ->> about ELSE true END)
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

-- Views for other programs (psql, a reporting tool), to be read and never written. No answer of jk rests on them.

-- Every entry, with what is most asked of its text. `retracted_by` is NULL while the entry counts.
CREATE VIEW jk.v_entries AS
SELECT e.seq, e.on_date, e.recorded_at, e.kind, nullif(e.task, '') AS task, nullif(e.unit, '') AS unit, e."by",
  e.body::jsonb ->> 'received' AS received, e.body::jsonb -> 'readings' AS readings,
  e.body::jsonb ->> 'milestone' AS milestone, e.body::jsonb ->> 'deadline' AS deadline,
  e.body::jsonb ->> 'note' AS note, nullif(e.ref, 0) AS ref, r.seq AS retracted_by, e.key, e.hash
FROM jk.entries e LEFT JOIN jk.entries r ON r.kind = 'retract' AND r.ref = e.seq;

-- The readings that stand, each with the total that it brings its series to. `unit` is whose share it is.
CREATE VIEW jk.v_readings AS
SELECT r.task, r.name, nullif(r.unit, '') AS unit, r.on_date, r.seq, r.added,
  r.value::numeric AS value, r.total::numeric AS total
FROM jk.readings r;

-- The latest total of every series.
CREATE VIEW jk.v_totals AS
SELECT s.task, s.name, nullif(s.unit, '') AS unit, r.on_date, r.seq, r.total::numeric AS total
FROM jk.series s CROSS JOIN LATERAL (
  SELECT l.on_date, l.seq, l.total FROM jk.readings l
  WHERE l.task = s.task AND l.name = s.name AND l.unit = s.unit ORDER BY l.on_date DESC, l.seq DESC LIMIT 1) r;

GRANT SELECT ON jk.v_entries, jk.v_readings, jk.v_totals TO jk_unit, jk_coordinator, jk_inspector;

UPDATE jk.version SET number = 3;
