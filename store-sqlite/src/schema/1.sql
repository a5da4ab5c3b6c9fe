-- Version 1. Columns are explained in README.md.

PRAGMA application_id = 0x44526576; -- "DRev"

-- What documents were made with; there are few, so that a row needs no copy of its own.
CREATE TABLE recipes (
    recipe_id INTEGER PRIMARY KEY,
    digest    TEXT NOT NULL UNIQUE,
    recipe    TEXT NOT NULL
) STRICT;

-- The current outcome of every key. BINARY, the default collation, sorts keys by their bytes.
CREATE TABLE files (
    file_id         INTEGER PRIMARY KEY,
    key             TEXT NOT NULL UNIQUE,
    origin          TEXT NOT NULL,
    outcome         TEXT NOT NULL CHECK (outcome IN ('reviewed', 'failed', 'unidentified', 'gone')),
    size            INTEGER,
    sha256          TEXT,
    handler         TEXT,
    handler_version INTEGER,
    verdict         TEXT,
    kind            TEXT,
    observations    INTEGER,
    profiles        INTEGER,
    time_first      TEXT,
    time_last       TEXT,
    west            REAL,
    south           REAL,
    east            REAL,
    north           REAL,
    depth_min       REAL,
    depth_max       REAL,
    depth_unit      TEXT,
    errors          INTEGER NOT NULL,
    warnings        INTEGER NOT NULL,
    infos           INTEGER NOT NULL,
    failure_stage   TEXT,
    failure_class   TEXT,
    failure_message TEXT,
    attempt         INTEGER NOT NULL,
    first_seen      TEXT NOT NULL,
    at              TEXT NOT NULL,
    log             TEXT,
    token           TEXT NOT NULL,
    stamp           TEXT,
    transient       INTEGER NOT NULL CHECK (transient IN (0, 1)),
    recipe_id       INTEGER REFERENCES recipes,
    registry        TEXT NOT NULL
) STRICT;

CREATE TABLE reviews (
    file_id  INTEGER PRIMARY KEY REFERENCES files,
    document TEXT NOT NULL,
    states   BLOB NOT NULL
) STRICT;

CREATE TABLE attributes (
    file_id  INTEGER NOT NULL REFERENCES files,
    name     TEXT NOT NULL,
    position INTEGER NOT NULL,
    value    TEXT NOT NULL,
    PRIMARY KEY (file_id, name, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE variables (
    file_id         INTEGER NOT NULL REFERENCES files,
    position        INTEGER NOT NULL,
    name            TEXT NOT NULL,
    unit            TEXT,
    canonical       TEXT,
    standard_name   TEXT,
    column_number   INTEGER,
    dtype           TEXT NOT NULL,
    shape           TEXT NOT NULL,
    total           INTEGER NOT NULL,
    count           INTEGER NOT NULL,
    missing         INTEGER NOT NULL,
    invalid         INTEGER NOT NULL,
    non_finite      INTEGER NOT NULL,
    min             REAL,
    max             REAL,
    mean            REAL,
    std             REAL,
    quantiles       TEXT,
    distinct_values INTEGER NOT NULL,
    first           TEXT,
    last            TEXT,
    flags           TEXT,
    PRIMARY KEY (file_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE findings (
    file_id  INTEGER NOT NULL REFERENCES files,
    position INTEGER NOT NULL,
    severity TEXT NOT NULL,
    code     TEXT NOT NULL,
    subject  TEXT,
    message  TEXT NOT NULL,
    count    INTEGER NOT NULL,
    places   TEXT NOT NULL,
    PRIMARY KEY (file_id, position)
) STRICT, WITHOUT ROWID;

-- By key, not by file: the log outlives what it is about.
CREATE TABLE failures (
    failure_id INTEGER PRIMARY KEY,
    key        TEXT NOT NULL,
    at         TEXT NOT NULL,
    attempt    INTEGER NOT NULL,
    stage      TEXT NOT NULL,
    class      TEXT NOT NULL,
    message    TEXT NOT NULL,
    place      TEXT,
    handler    TEXT,
    recipe     TEXT,
    log        TEXT
) STRICT;
CREATE INDEX failures_by_key ON failures (key, at);

CREATE TRIGGER failures_keep_what_they_say BEFORE UPDATE ON failures
BEGIN
    SELECT RAISE(ABORT, 'the failure log is only ever added to');
END;
CREATE TRIGGER failures_stay BEFORE DELETE ON failures
BEGIN
    SELECT RAISE(ABORT, 'the failure log is only ever added to');
END;

-- The same failure of the same key, folded.
CREATE VIEW failure_history AS
SELECT key, stage, class, message, count(*) AS times, min(at) AS first_seen, max(at) AS last_seen
FROM failures
GROUP BY key, stage, class, message;
