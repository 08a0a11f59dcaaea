-- Version 2: a plan may be adopted (kind adopt), and every report asks for the last adoption. Of the index it is one seek,
-- however many scores the programme has. A program of version 1 could not write such an entry anew, and must not check it.

CREATE INDEX events_adopted ON events (seq) WHERE kind = 'adopt';
