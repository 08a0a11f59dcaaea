-- Version 4: one row tells whether the derived tables were changed other than by an entry, so that every report can say so.

CREATE TABLE derivation (
  seq     INTEGER NOT NULL,                  -- the last entry whose rows were written
  changed INTEGER NOT NULL                   -- how many rows something else wrote
) STRICT;
INSERT INTO derivation SELECT coalesce(max(seq), 0), 0 FROM entries;

-- Whoever records puts back the number that was there. Nothing is refused: who is refused drops a trigger first.

CREATE TRIGGER tasks_inserted AFTER INSERT ON tasks
BEGIN
  UPDATE derivation SET changed = changed + 1;
END;
CREATE TRIGGER tasks_updated AFTER UPDATE ON tasks
BEGIN
  UPDATE derivation SET changed = changed + 1;
END;
CREATE TRIGGER tasks_deleted AFTER DELETE ON tasks
BEGIN
  UPDATE derivation SET changed = changed + 1;
END;

CREATE TRIGGER series_inserted AFTER INSERT ON series
BEGIN
  UPDATE derivation SET changed = changed + 1;
END;
CREATE TRIGGER series_updated AFTER UPDATE ON series
BEGIN
  UPDATE derivation SET changed = changed + 1;
END;
CREATE TRIGGER series_deleted AFTER DELETE ON series
BEGIN
  UPDATE derivation SET changed = changed + 1;
END;

CREATE TRIGGER readings_inserted AFTER INSERT ON readings
BEGIN
  UPDATE derivation SET changed = changed + 1;
END;
CREATE TRIGGER readings_updated AFTER UPDATE ON readings
BEGIN
  UPDATE derivation SET changed = changed + 1;
END;
CREATE TRIGGER readings_deleted AFTER DELETE ON readings
BEGIN
  UPDATE derivation SET changed = changed + 1;
END;

CREATE TRIGGER reports_inserted AFTER INSERT ON reports
BEGIN
  UPDATE derivation SET changed = changed + 1;
END;
CREATE TRIGGER reports_updated AFTER UPDATE ON reports
BEGIN
  UPDATE derivation SET changed = changed + 1;
END;
CREATE TRIGGER reports_deleted AFTER DELETE ON reports
BEGIN
  UPDATE derivation SET changed = changed + 1;
END;

CREATE TRIGGER events_inserted AFTER INSERT ON events
BEGIN
  UPDATE derivation SET changed = changed + 1;
END;
CREATE TRIGGER events_updated AFTER UPDATE ON events
BEGIN
  UPDATE derivation SET changed = changed + 1;
END;
CREATE TRIGGER events_deleted AFTER DELETE ON events
BEGIN
  UPDATE derivation SET changed = changed + 1;
END;
