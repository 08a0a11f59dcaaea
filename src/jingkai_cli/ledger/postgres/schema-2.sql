-- Version 2: the server checks each entry as strictly as the program does, writers take turns by a row that only they may
-- lock, and a function that replaces one of version 1 has the same name. `{kinds}` is filled in from the declarations in
-- `kinds/`: the fields of each kind, what it requires, who records it, and the bounds of the fields.

CREATE FUNCTION jk.kinds() RETURNS jsonb LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT '{kinds}'::jsonb
$$;

-- The field in which an entry is not one of its kind; NULL where it is.
CREATE FUNCTION jk.misfit(said jsonb) RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  kind jsonb := jk.kinds() -> 'kinds' -> (said ->> 'kind');
  bounds jsonb := jk.kinds() -> 'bounds';
  name text;
  bound jsonb;
BEGIN
  IF kind IS NULL THEN
    RETURN 'kind';
  END IF;
  IF kind ->> 'task' = 'required' AND said ->> 'task' = '' OR kind ->> 'task' = 'none' AND said ->> 'task' <> '' THEN
    RETURN 'task';
  END IF;
  FOR name IN SELECT jsonb_object_keys(said) LOOP
    IF NOT kind -> 'fields' ? name THEN
      RETURN name;
    END IF;
  END LOOP;
  FOR name IN SELECT jsonb_array_elements_text(kind -> 'required') LOOP
    IF coalesce(said ->> name, '') = '' THEN
      RETURN name;
    END IF;
  END LOOP;
  FOR name, bound IN SELECT * FROM jsonb_each(bounds) LOOP
    IF said ? name AND NOT (CASE
      WHEN bound ? 'one_of' THEN bound -> 'one_of' ? (said ->> name)
      WHEN bound ? 'like' THEN said ->> name ~ ('^(' || (bound ->> 'like') || ')$')
      ELSE (said ->> name)::numeric BETWEEN coalesce((bound ->> 'ge')::numeric, -1e99)
        AND coalesce((bound ->> 'le')::numeric, 1e99) END) THEN
      RETURN name;
    END IF;
  END LOOP;
  IF said ->> 'recorded_at' !~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$' THEN
    RETURN 'recorded_at';
  END IF;
  IF encode(sha256(convert_to(said ->> 'plan', 'UTF8')), 'hex') <> said ->> 'plan_sha256' THEN
    RETURN 'plan_sha256';
  END IF;
  RETURN NULL;
END $$;

-- The next entry and no other: as in version 1, and that it is an entry of its kind, recorded at no time to come. After an
-- entry whose time cannot be read, or lies ahead, the ledger goes on.
CREATE OR REPLACE FUNCTION jk.entries_next() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  last jk.entries;
  said jsonb;
  withdrawn jk.entries;
  fault text;
BEGIN
  SELECT * INTO last FROM jk.entries ORDER BY seq DESC LIMIT 1;
  IF NEW.seq IS DISTINCT FROM coalesce(last.seq, 0) + 1 THEN
    RAISE EXCEPTION 'the ledger is append-only: the entry does not have the next number' USING ERRCODE = '40001';
  END IF;
  IF NEW.prev_hash IS DISTINCT FROM coalesce(last.hash, repeat('0', 64)) THEN
    RAISE EXCEPTION 'the ledger is append-only: the entry does not link to the last one' USING ERRCODE = '40001';
  END IF;
  IF NEW.hash IS DISTINCT FROM encode(sha256(convert_to(E'jk-ledger-v1\n' || NEW.body, 'UTF8')), 'hex') THEN
    RAISE EXCEPTION 'the entry does not have its hash' USING ERRCODE = '23514';
  END IF;
  said := NEW.body::jsonb;
  IF NEW.body <> jk.canonical(said) OR NOT jk.well_formed(said) THEN
    RAISE EXCEPTION 'the text of the entry is not canonical' USING ERRCODE = '23514';
  END IF;
  IF (said ->> 'seq', said ->> 'key', said ->> 'on', said ->> 'recorded_at', said ->> 'by', said ->> 'kind',
      said ->> 'task', coalesce(said ->> 'unit', ''), said ->> 'ref', said ->> 'prev_hash')
    IS DISTINCT FROM (NEW.seq::text, NEW.key, NEW.on_date, NEW.recorded_at, NEW."by", NEW.kind,
      NEW.task, NEW.unit, nullif(NEW.ref, 0)::text, NEW.prev_hash) THEN
    RAISE EXCEPTION 'the columns of the entry differ from its text' USING ERRCODE = '23514';
  END IF;
  fault := jk.misfit(said);
  IF fault IS NOT NULL THEN
    RAISE EXCEPTION 'the field % of the entry does not fit its kind', fault USING ERRCODE = '23514';
  END IF;
  IF to_char(NEW.recorded_at::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    IS DISTINCT FROM NEW.recorded_at THEN
    RAISE EXCEPTION 'the instant of recording is not written as one' USING ERRCODE = '23514';
  END IF;
  IF NEW.recorded_at::timestamptz > clock_timestamp() + interval '1 hour'
    AND NEW.recorded_at IS DISTINCT FROM last.recorded_at THEN
    RAISE EXCEPTION 'the entry was recorded at a time to come, by the clock of the server' USING ERRCODE = '23514';
  END IF;
  IF last.recorded_at ~ '^\d{4}-' AND NEW.recorded_at < last.recorded_at THEN
    RAISE EXCEPTION 'the entry was recorded before the entry before' USING ERRCODE = '23514';
  END IF;
  IF NEW.kind = 'retract' THEN
    SELECT * INTO withdrawn FROM jk.entries WHERE seq = NEW.ref;
    IF withdrawn.seq IS NULL OR withdrawn.kind = 'retract' THEN
      RAISE EXCEPTION 'there is no such entry to retract' USING ERRCODE = '23514';
    END IF;
  END IF;
  RETURN NEW;
END $$;

-- Whether every member is as this program writes it: as in version 1, and dates are finite and of four-digit years.
CREATE OR REPLACE FUNCTION jk.well_formed(said jsonb) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_typeof(said) = 'object'
   AND NOT EXISTS (
     SELECT FROM jsonb_each(said) AS members (name, member)
     WHERE member IN ('[]', '{}') OR jsonb_typeof(member) <> CASE
       WHEN name IN ('ref', 'seq') THEN 'number'
       WHEN name = 'evidence' THEN 'array'
       WHEN name IN ('readings', 'printed', 'units') THEN 'object'
       ELSE 'string' END)
   AND NOT EXISTS (
     SELECT FROM jsonb_path_query(said, '$.evidence[*]') AS member WHERE jsonb_typeof(member) <> 'string')
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

-- What a unit's login may record: as in version 1, of the kinds that `kinds/` gives to units.
CREATE OR REPLACE FUNCTION jk.unit_may(entry jk.entries) RETURNS boolean LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  said jsonb := entry.body::jsonb;
  own text[] := ARRAY(SELECT unit FROM jk.unit_logins WHERE login = current_user);
  of_unit text[] := ARRAY(SELECT k.name FROM jsonb_each(jk.kinds() -> 'kinds') AS k (name, declared)
    WHERE declared ->> 'recorded_by' = 'unit');
  at timestamptz := entry.recorded_at::timestamptz;
  about jk.entries;
BEGIN
  IF EXISTS (SELECT FROM jsonb_each_text(said -> 'units') AS shares (name, whose) WHERE whose <> ALL (own))
   OR NOT EXISTS (SELECT FROM jk.task_units t WHERE t.task = entry.task AND t.unit = ANY (own)) THEN
    RETURN false;
  END IF;
  IF at < clock_timestamp() - interval '1 hour'
   OR (at > clock_timestamp() + interval '1 hour'
     AND entry.recorded_at <> (SELECT e.recorded_at FROM jk.entries e WHERE e.seq = entry.seq - 1))
   OR (said ->> 'received')::date NOT BETWEEN at::date - 1 AND at::date + 1 THEN
    RETURN false;
  END IF;
  SELECT * INTO about FROM jk.entries e WHERE e.seq = entry.ref;
  IF entry.kind = 'retract' THEN
    RETURN entry.unit = ANY (own || ''::text) AND about.task = entry.task AND about.unit = ANY (own)
     AND about.kind = ANY (of_unit)
     AND NOT EXISTS (
       SELECT FROM jk.events v WHERE v.task = about.task AND v.seq > about.seq
        AND (about.kind = 'done' AND v.kind = 'accept' OR about.kind = 'fix' AND v.kind = 'verify'
          AND v.subject = about.ref::text));
  END IF;
  RETURN entry.kind = ANY (of_unit) AND entry.unit = ANY (own)
   AND (entry.ref = 0 OR about.task = entry.task) AND (entry.kind <> 'fix' OR about.kind = 'problem');
END $$;

-- Whose turn it is to write: a writer locks this row. Whoever may not write cannot, and makes nobody wait.
CREATE TABLE jk.turn (
  number integer NOT NULL
);
INSERT INTO jk.turn VALUES (1);

REVOKE ALL ON FUNCTION jk.kinds(), jk.misfit(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jk.kinds() TO jk_unit;
GRANT SELECT, UPDATE ON jk.turn TO jk_unit, jk_coordinator;

-- No session keeps the others waiting for long. A setting of a role holds for whoever logs in as it; that of the database
-- for everybody. Who may not set the one or the other leaves it as it is.
DO $$
DECLARE
  setting text;
  role text;
BEGIN
  FOREACH setting IN ARRAY ARRAY['idle_in_transaction_session_timeout = ''60s''', 'lock_timeout = ''30s'''] LOOP
    BEGIN
      EXECUTE format('ALTER DATABASE %I SET %s', current_database(), setting);
    EXCEPTION WHEN insufficient_privilege THEN NULL;
    END;
    FOREACH role IN ARRAY ARRAY['jk_unit', 'jk_coordinator', 'jk_inspector'] LOOP
      BEGIN
        EXECUTE format('ALTER ROLE %I SET %s', role, setting);
      EXCEPTION WHEN insufficient_privilege THEN NULL;
      END;
    END LOOP;
  END LOOP;
END $$;

UPDATE jk.version SET number = 2;
