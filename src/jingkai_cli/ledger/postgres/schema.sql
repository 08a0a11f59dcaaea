-- The ledger in PostgreSQL: a schema `jk`, and three roles that an administrator grants to logins. `entries` is the
-- ledger; every table after it follows from it, is written by its trigger, and by nobody else.
-- Text sorts by its bytes (COLLATE "C"), whatever the database sorts by: so dates and instants sort as time.

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['jk_unit', 'jk_coordinator', 'jk_inspector'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', name);
    END IF;
  END LOOP;
END $$;

CREATE SCHEMA jk;

-- The version of these tables: one row.
CREATE TABLE jk.version (
  number integer NOT NULL
);
INSERT INTO jk.version VALUES (1);

-- One row per entry. `body` is its canonical JSON, hashed byte for byte; the other columns repeat what is searched for.
CREATE TABLE jk.entries (
  seq         bigint PRIMARY KEY,                    -- 1, 2, 3 … without gaps
  key         text COLLATE "C" NOT NULL UNIQUE,      -- the same key twice is one entry
  on_date     text COLLATE "C" NOT NULL,             -- the date that it speaks about
  recorded_at text COLLATE "C" NOT NULL,             -- never before that of the entry before
  "by"        text COLLATE "C" NOT NULL,             -- who typed it
  kind        text COLLATE "C" NOT NULL,
  task        text COLLATE "C" NOT NULL,
  unit        text COLLATE "C" NOT NULL,             -- who reported it; '' where nobody is named
  ref         bigint NOT NULL,                       -- the entry that it refers to; 0 where there is none
  body        text COLLATE "C" NOT NULL,
  prev_hash   text COLLATE "C" NOT NULL UNIQUE,      -- the hash of the entry before; 64 zeros for the first
  hash        text COLLATE "C" NOT NULL UNIQUE
);
CREATE INDEX entries_task ON jk.entries (task, seq, on_date);
CREATE INDEX entries_on ON jk.entries (on_date, seq);
CREATE UNIQUE INDEX entries_retracted ON jk.entries (ref) WHERE kind = 'retract';

-- Every task that an entry speaks of: from here the last report of each is sought.
CREATE TABLE jk.tasks (
  task text COLLATE "C" PRIMARY KEY
);

-- Every series that was ever read: from here the total of each is sought.
CREATE TABLE jk.series (
  task text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,                    -- an indicator's id, or percent
  unit text COLLATE "C" NOT NULL,                    -- whose own share it is; '' for the task as a whole
  PRIMARY KEY (task, name, unit)
);

-- The readings that stand (those of retracted entries are removed), each with the total that it brings its series to.
CREATE TABLE jk.readings (
  task    text COLLATE "C" NOT NULL,
  name    text COLLATE "C" NOT NULL,
  unit    text COLLATE "C" NOT NULL,
  on_date text COLLATE "C" NOT NULL,
  seq     bigint NOT NULL,
  added   integer NOT NULL,                          -- 1: value adds to the total before; 0: value is the total
  value   text COLLATE "C" NOT NULL,                 -- a decimal
  total   text COLLATE "C" NOT NULL,                 -- a decimal
  since   bigint NOT NULL,                           -- the entry that stated the total counted from; 0: none
  PRIMARY KEY (task, name, unit, on_date, seq)
);

-- The reports that stand, for the last one of a task by the date it speaks about and by when it came in.
CREATE TABLE jk.reports (
  task        text COLLATE "C" NOT NULL,
  on_date     text COLLATE "C" NOT NULL,
  seq         bigint NOT NULL,
  received    text COLLATE "C" NOT NULL,             -- the day that it came in; '' where nobody said
  recorded_at text COLLATE "C" NOT NULL,
  PRIMARY KEY (task, on_date, seq)
);
CREATE INDEX reports_received ON jk.reports (task, received, recorded_at);

-- The events of a task's life that stand: every entry that is neither a report nor a retraction.
CREATE TABLE jk.events (
  task    text COLLATE "C" NOT NULL,
  on_date text COLLATE "C" NOT NULL,
  seq     bigint NOT NULL,
  kind    text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,                 -- a milestone's id, or the number of a problem; '' for the task
  until   text COLLATE "C" NOT NULL,                 -- a new deadline, or a problem's; '' where there is none
  basis   text COLLATE "C" NOT NULL,                 -- what an extension rests on; '' for every other kind
  PRIMARY KEY (task, on_date, seq)
);
CREATE INDEX events_adopted ON jk.events (seq) WHERE kind = 'adopt';

-- Who a login is: the owner writes it, when a login is made.
CREATE TABLE jk.unit_logins (
  login name NOT NULL,
  unit  text COLLATE "C" NOT NULL,
  PRIMARY KEY (login, unit)
);

-- Whose task it is: filled from the plan, by the function below alone.
CREATE TABLE jk.task_units (
  task text COLLATE "C" NOT NULL,
  unit text COLLATE "C" NOT NULL,
  PRIMARY KEY (task, unit)
);

-- Every function below looks up names where it says, and nowhere else: who calls it may have a search path of its own.

CREATE FUNCTION jk.entries_kept() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'the ledger is append-only: no entry is changed or deleted';
END $$;

-- JSON as the hash wants it: keys sorted by code point, no spaces, nothing escaped that need not be.
CREATE FUNCTION jk.canonical(said jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  CASE jsonb_typeof(said)
    WHEN 'object' THEN
      RETURN '{' || coalesce((
        SELECT string_agg(to_jsonb(name)::text || ':' || jk.canonical(member), ',' ORDER BY name COLLATE "C")
        FROM jsonb_each(said) AS members (name, member)), '') || '}';
    WHEN 'array' THEN
      RETURN '[' || coalesce((
        SELECT string_agg(jk.canonical(member), ',' ORDER BY place)
        FROM jsonb_array_elements(said) WITH ORDINALITY AS members (member, place)), '') || ']';
    ELSE
      RETURN said::text;
  END CASE;
END $$;

-- Whether every member is as this program writes it: text, but for numbers, a list and objects of text.
CREATE FUNCTION jk.well_formed(said jsonb) RETURNS boolean LANGUAGE sql STABLE
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
     WHERE to_char((said ->> about)::date, 'YYYY-MM-DD') <> said ->> about)
$$;

-- The next entry and no other: its number, its link, and that it is what its text says it is.
CREATE FUNCTION jk.entries_next() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  last jk.entries;
  said jsonb;
  withdrawn jk.entries;
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
  IF to_char(NEW.recorded_at::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') <> NEW.recorded_at THEN
    RAISE EXCEPTION 'the instant of recording is not written as one' USING ERRCODE = '23514';
  END IF;
  IF NEW.recorded_at < last.recorded_at THEN
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

-- Bring the totals of a series that come after a place up to date, as far as the next one that was stated.
CREATE FUNCTION jk.carry(task text, name text, unit text, on_date text, seq bigint) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  total_there numeric;
  counted_from bigint;
  after record;
BEGIN
  SELECT r.total::numeric, r.since INTO total_there, counted_from FROM jk.readings r
  WHERE r.task = $1 AND r.name = $2 AND r.unit = $3 AND (r.on_date, r.seq) <= ($4, $5)
  ORDER BY r.on_date DESC, r.seq DESC LIMIT 1;
  FOR after IN
    SELECT r.on_date, r.seq, r.added, r.value FROM jk.readings r
    WHERE r.task = $1 AND r.name = $2 AND r.unit = $3 AND (r.on_date, r.seq) > ($4, $5)
    ORDER BY r.on_date, r.seq
  LOOP
    EXIT WHEN after.added = 0;
    total_there := coalesce(total_there, 0) + after.value::numeric;
    UPDATE jk.readings r SET total = trim_scale(total_there)::text, since = coalesce(counted_from, 0)
    WHERE r.task = $1 AND r.name = $2 AND r.unit = $3 AND r.on_date = after.on_date AND r.seq = after.seq;
  END LOOP;
END $$;

-- What follows from an entry, in its own transaction and with the owner's rights: nobody else writes these tables.
CREATE FUNCTION jk.entries_follow() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
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
    FOR reading IN SELECT name, coalesce(said -> 'units' ->> name, '') AS unit
      FROM jsonb_object_keys(said -> 'readings') AS name
    LOOP
      DELETE FROM jk.readings r WHERE r.task = withdrawn.task AND r.name = reading.name AND r.unit = reading.unit
       AND r.on_date = withdrawn.on_date AND r.seq = withdrawn.seq;
      PERFORM jk.carry(withdrawn.task, reading.name, reading.unit, withdrawn.on_date, withdrawn.seq);
    END LOOP;
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
        trim_scale(coalesce(before.total, 0) + substr(reading.value, 2)::numeric)::text, coalesce(before.since, 0));
    ELSE
      INSERT INTO jk.readings VALUES (
        NEW.task, reading.name, whose, NEW.on_date, NEW.seq, 0, reading.value, reading.value, NEW.seq);
    END IF;
    PERFORM jk.carry(NEW.task, reading.name, whose, NEW.on_date, NEW.seq);
  END LOOP;
  RETURN NULL;
END $$;

-- What a unit's login may record: reports, milestones, completions, fixes and objections of its own tasks, in its own
-- name and at the time of the server's clock; and it may retract what was reported in its name.
CREATE FUNCTION jk.unit_may(entry jk.entries) RETURNS boolean LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  said jsonb := entry.body::jsonb;
  own text[] := ARRAY(SELECT unit FROM jk.unit_logins WHERE login = current_user);
  of_unit text[] := ARRAY['report', 'reach', 'done', 'fix', 'object'];
  at timestamptz := entry.recorded_at::timestamptz;
  about jk.entries;
BEGIN
  IF said - ARRAY['by', 'evidence', 'key', 'kind', 'milestone', 'note', 'on', 'prev_hash', 'printed', 'readings',
    'received', 'recorded_at', 'ref', 'seq', 'task', 'unit', 'units'] <> '{}'
   OR (said ? 'readings' AND entry.kind <> 'report')
   OR EXISTS (SELECT FROM jsonb_each_text(said -> 'units') AS shares (name, whose) WHERE whose <> ALL (own))
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

-- Which units may record for which task: {"11": ["城镇办"], …} in the place of all that was there.
CREATE FUNCTION jk.fill_task_units(plan jsonb) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM jk.task_units;
  INSERT INTO jk.task_units (task, unit)
  SELECT DISTINCT task, unit
  FROM jsonb_each(plan) AS tasks (task, units), jsonb_array_elements_text(units) AS unit;
END $$;

-- One line each, as PostgreSQL itself writes them: `jk check` compares them word for word. ALWAYS: also for a superuser
-- who plays a replica.
CREATE TRIGGER entries_follow AFTER INSERT ON jk.entries FOR EACH ROW EXECUTE FUNCTION jk.entries_follow();
CREATE TRIGGER entries_kept BEFORE DELETE OR UPDATE OR TRUNCATE ON jk.entries FOR EACH STATEMENT EXECUTE FUNCTION jk.entries_kept();
CREATE TRIGGER entries_next BEFORE INSERT ON jk.entries FOR EACH ROW EXECUTE FUNCTION jk.entries_next();
ALTER TABLE jk.entries ENABLE ALWAYS TRIGGER entries_follow;
ALTER TABLE jk.entries ENABLE ALWAYS TRIGGER entries_kept;
ALTER TABLE jk.entries ENABLE ALWAYS TRIGGER entries_next;

ALTER TABLE jk.entries ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_read ON jk.entries FOR SELECT TO jk_unit, jk_coordinator, jk_inspector USING (true);
CREATE POLICY coordinator_records ON jk.entries FOR INSERT TO jk_coordinator WITH CHECK (true);
CREATE POLICY unit_records ON jk.entries FOR INSERT TO jk_unit WITH CHECK (jk.unit_may(entries));

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA jk FROM PUBLIC;
GRANT USAGE ON SCHEMA jk TO jk_unit, jk_coordinator, jk_inspector;
GRANT SELECT ON ALL TABLES IN SCHEMA jk TO jk_unit, jk_coordinator, jk_inspector;
GRANT INSERT ON jk.entries TO jk_unit, jk_coordinator;
GRANT EXECUTE ON FUNCTION jk.unit_may(jk.entries) TO jk_unit;
GRANT EXECUTE ON FUNCTION jk.fill_task_units(jsonb) TO jk_coordinator;
