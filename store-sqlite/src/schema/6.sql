-- Version 6: casts, how the observations of a file lie in space and time, and previews of profiles.

ALTER TABLE files ADD COLUMN coverage_kind TEXT;
ALTER TABLE files ADD COLUMN casts_left_out INTEGER;

CREATE TABLE casts (
    file_id   INTEGER NOT NULL REFERENCES files,
    position  INTEGER NOT NULL,
    station   TEXT,
    number    TEXT,
    time      TEXT,
    longitude REAL,
    latitude  REAL,
    levels    INTEGER,
    PRIMARY KEY (file_id, position)
) STRICT, WITHOUT ROWID;

-- Levels of the casts for plots; not all reviews have them.
CREATE TABLE previews (
    file_id INTEGER PRIMARY KEY REFERENCES files,
    preview BLOB NOT NULL
) STRICT;
