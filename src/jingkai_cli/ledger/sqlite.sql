-- The ledger in SQLite. `entries` is the ledger; every other table follows from it, is written in the same transaction,
-- and is compared by `jk check` with what the entries give when they are read again from the first one.
-- Dates are ISO text, instants are text such as 2016-03-01T02:03:04.000005Z: both sort as time.

-- One row per entry. `body` is its canonical JSON, hashed byte for byte; the other columns repeat what is searched for.
CREATE TABLE entries (
  seq         INTEGER PRIMARY KEY NOT NULL,  -- 1, 2, 3 … without gaps
  key         TEXT NOT NULL UNIQUE,          -- the same key twice is one entry
  on_date     TEXT NOT NULL,                 -- the date that it speaks about
  recorded_at TEXT NOT NULL,                 -- never before that of the entry before
  "by"        TEXT NOT NULL,                 -- who typed it
  kind        TEXT NOT NULL,
  task        TEXT NOT NULL,
  unit        TEXT NOT NULL,                 -- who reported it; '' where nobody is named
  ref         INTEGER NOT NULL,              -- the entry that it refers to; 0 where there is none
  body        TEXT NOT NULL,
  prev_hash   TEXT NOT NULL,                 -- the hash of the entry before; 64 zeros for the first
  hash        TEXT NOT NULL UNIQUE
) STRICT;

CREATE INDEX entries_task ON entries (task, seq, on_date);
CREATE INDEX entries_on ON entries (on_date, seq);
CREATE UNIQUE INDEX entries_retracted ON entries (ref) WHERE kind = 'retract';

-- Append-only. The insert trigger also asks for the key and the hash: without it, INSERT OR REPLACE would delete the
-- row that has them, and no delete trigger would fire. IS NOT, because a comparison with NULL must abort as well.
CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries
BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only: an entry cannot be changed');
END;

CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries
BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only: an entry cannot be deleted');
END;

CREATE TRIGGER entries_next BEFORE INSERT ON entries
BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only: the entry does not have the next number')
   WHERE NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM entries);
  SELECT RAISE(ABORT, 'the ledger is append-only: the entry does not link to the last one')
   WHERE NEW.prev_hash IS NOT coalesce(
     (SELECT hash FROM entries ORDER BY seq DESC LIMIT 1),
     '0000000000000000000000000000000000000000000000000000000000000000');
  SELECT RAISE(ABORT, 'the ledger is append-only: an entry with this key exists')
   WHERE EXISTS (SELECT 1 FROM entries WHERE key = NEW.key);
  SELECT RAISE(ABORT, 'the ledger is append-only: an entry with this hash exists')
   WHERE EXISTS (SELECT 1 FROM entries WHERE hash = NEW.hash);
END;

-- Every task that an entry speaks of: from here the last report of each is sought.
CREATE TABLE tasks (
  task TEXT PRIMARY KEY NOT NULL
) STRICT, WITHOUT ROWID;

-- Every series that was ever read: from here the total of each is sought.
CREATE TABLE series (
  task TEXT NOT NULL,
  name TEXT NOT NULL,                        -- an indicator's id, or percent
  unit TEXT NOT NULL,                        -- whose own share it is; '' for the task as a whole
  PRIMARY KEY (task, name, unit)
) STRICT, WITHOUT ROWID;

-- The readings that stand (those of retracted entries are removed), each with the total that it brings its series to.
-- The total as of a date is the last row up to it: one seek, whatever the length of the history.
CREATE TABLE readings (
  task    TEXT NOT NULL,
  name    TEXT NOT NULL,
  unit    TEXT NOT NULL,
  on_date TEXT NOT NULL,
  seq     INTEGER NOT NULL,
  added   INTEGER NOT NULL,                  -- 1: value adds to the total before; 0: value is the total
  value   TEXT NOT NULL,                     -- a decimal
  total   TEXT NOT NULL,                     -- a decimal
  since   INTEGER NOT NULL,                  -- the entry that stated the total counted from; 0: none, "since records began"
  PRIMARY KEY (task, name, unit, on_date, seq)
) STRICT, WITHOUT ROWID;

-- The reports that stand, for the last one of a task by the date it speaks about and by when it came in.
CREATE TABLE reports (
  task        TEXT NOT NULL,
  on_date     TEXT NOT NULL,
  seq         INTEGER NOT NULL,
  received    TEXT NOT NULL,                 -- the day that it came in; '' where nobody said: then the recording counts
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (task, on_date, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX reports_received ON reports (task, received, recorded_at);

-- The events of a task's life that stand: every entry that is neither a report nor a retraction.
CREATE TABLE events (
  task    TEXT NOT NULL,
  on_date TEXT NOT NULL,
  seq     INTEGER NOT NULL,
  kind    TEXT NOT NULL,
  subject TEXT NOT NULL,                     -- a milestone's id, or the number of a problem; '' for the task as a whole
  until   TEXT NOT NULL,                     -- a new deadline, or a problem's; '' where there is none
  basis   TEXT NOT NULL,                     -- what an extension rests on; '' for every other kind
  PRIMARY KEY (task, on_date, seq)
) STRICT, WITHOUT ROWID;
