-- Version 4: one row tells whether the derived tables were changed other than by an entry, so that every report can say so.

CREATE TABLE derivation (
  seq     INTEGER NOT NULL,                  -- the last entry whose rows were written
  changed INTEGER NOT NULL                   -- 1: something else wrote the derived tables
) STRICT;
INSERT INTO derivation SELECT coalesce(max(seq), 0), 0 FROM entries;

-- While a program records, the last entry is a later one. Nothing is refused: who is refused drops a trigger first.

CREATE TRIGGER tasks_inserted AFTER INSERT ON tasks
WHEN (SELECT seq FROM derivation) = (SELECT coalesce(max(seq), 0) FROM entries)
BEGIN
  UPDATE derivation SET changed = 1;
END;
CREATE TRIGGER tasks_updated AFTER UPDATE ON tasks
WHEN (SELECT seq FROM derivation) = (SELECT coalesce(max(seq), 0) FROM entries)
BEGIN
  UPDATE derivation SET changed = 1;
END;
CREATE TRIGGER tasks_deleted AFTER DELETE ON tasks
WHEN (SELECT seq FROM derivation) = (SELECT coalesce(max(seq), 0) FROM entries)
BEGIN
  UPDATE derivation SET changed = 1;
END;

CREATE TRIGGER series_inserted AFTER INSERT ON series
WHEN (SELECT seq FROM derivation) = (SELECT coalesce(max(seq), 0) FROM entries)
BEGIN
  UPDATE derivation SET changed = 1;
END;
CREATE TRIGGER series_updated AFTER UPDATE ON series
WHEN (SELECT seq FROM derivation) = (SELECT coalesce(max(seq), 0) FROM entries)
BEGIN
  UPDATE derivation SET changed = 1;
END;
CREATE TRIGGER series_deleted AFTER DELETE ON series
WHEN (SELECT seq FROM derivation) = (SELECT coalesce(max(seq), 0) FROM entries)
BEGIN
  UPDATE derivation SET changed = 1;
END;

CREATE TRIGGER readings_inserted AFTER INSERT ON readings
WHEN (SELECT seq FROM derivation) = (SELECT coalesce(max(seq), 0) FROM entries)
BEGIN
  UPDATE derivation SET changed = 1;
END;
CREATE TRIGGER readings_updated AFTER UPDATE ON readings
WHEN (SELECT seq FROM derivation) = (SELECT coalesce(max(seq), 0) FROM entries)
BEGIN
  UPDATE derivation SET changed = 1;
END;
CREATE TRIGGER readings_deleted AFTER DELETE ON readings
WHEN (SELECT seq FROM derivation) = (SELECT coalesce(max(seq), 0) FROM entries)
BEGIN
  UPDATE derivation SET changed = 1;
END;

CREATE TRIGGER reports_inserted AFTER INSERT ON reports
WHEN (SELECT seq FROM derivation) = (SELECT coalesce(max(seq), 0) FROM entries)
BEGIN
  UPDATE derivation SET changed = 1;
END;
CREATE TRIGGER reports_updated AFTER UPDATE ON reports
WHEN (SELECT seq FROM derivation) = (SELECT coalesce(max(seq), 0) FROM entries)
BEGIN
  UPDATE derivation SET changed = 1;
END;
CREATE TRIGGER reports_deleted AFTER DELETE ON reports
WHEN (SELECT seq FROM derivation) = (SELECT coalesce(max(seq), 0) FROM entries)
BEGIN
  UPDATE derivation SET changed = 1;
END;

CREATE TRIGGER events_inserted AFTER INSERT ON events
WHEN (SELECT seq FROM derivation) = (SELECT coalesce(max(seq), 0) FROM entries)
BEGIN
  UPDATE derivation SET changed = 1;
END;
CREATE TRIGGER events_updated AFTER UPDATE ON events
WHEN (SELECT seq FROM derivation) = (SELECT coalesce(max(seq), 0) FROM entries)
BEGIN
  UPDATE derivation SET changed = 1;
END;
CREATE TRIGGER events_deleted AFTER DELETE ON events
WHEN (SELECT seq FROM derivation) = (SELECT coalesce(max(seq), 0) FROM entries)
BEGIN
  UPDATE derivation SET changed = 1;
END;
