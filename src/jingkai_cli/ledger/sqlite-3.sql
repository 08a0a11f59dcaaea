-- Version 3: views for other programs (sqlite3, Datasette), to be read and never written. No answer of jk rests on them.

-- Every entry, with what is most asked of its text. `retracted_by` is NULL while the entry counts.
CREATE VIEW v_entries AS
SELECT e.seq, e.on_date, e.recorded_at, e.kind, nullif(e.task, '') AS task, nullif(e.unit, '') AS unit, e."by",
  json_extract(e.body, '$.received') AS received, json_extract(e.body, '$.readings') AS readings,
  json_extract(e.body, '$.milestone') AS milestone, json_extract(e.body, '$.deadline') AS deadline,
  json_extract(e.body, '$.note') AS note, nullif(e.ref, 0) AS ref, r.seq AS retracted_by, e.key, e.hash
FROM entries e LEFT JOIN entries r ON r.kind = 'retract' AND r.ref = e.seq;

-- The readings that stand, each with the total that it brings its series to. `unit` is whose share it is.
CREATE VIEW v_readings AS
SELECT r.task, r.name, nullif(r.unit, '') AS unit, r.on_date, r.seq, r.added,
  CAST(r.value AS REAL) AS value, CAST(r.total AS REAL) AS total
FROM readings r;

-- The latest total of every series.
CREATE VIEW v_totals AS
SELECT s.task, s.name, nullif(s.unit, '') AS unit, r.on_date, r.seq, CAST(r.total AS REAL) AS total
FROM series s JOIN readings r ON r.task = s.task AND r.name = s.name AND r.unit = s.unit
 AND r.seq = (SELECT l.seq FROM readings l WHERE l.task = s.task AND l.name = s.name AND l.unit = s.unit
  ORDER BY l.on_date DESC, l.seq DESC LIMIT 1);
