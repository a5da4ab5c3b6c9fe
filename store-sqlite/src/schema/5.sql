-- Version 5: roots, parameters apart from their statistics, classes of flags, cruises and platforms, explained codes.

-- Places below which files are listed. Together with a key, a root identifies a file.
CREATE TABLE roots (
    root_id INTEGER PRIMARY KEY,
    name    TEXT NOT NULL UNIQUE,
    place   TEXT NOT NULL,
    prefix  TEXT NOT NULL
) STRICT;

-- Until version 4 the origin was the path, after `PREFIX/ = ` if keys have a prefix. Any other origin is a root whose place is not
-- known, under its own name.
INSERT INTO roots (name, place, prefix)
SELECT DISTINCT
    CASE origin WHEN '' THEN 'archive' ELSE origin END,
    CASE
        WHEN origin LIKE '/%' THEN origin
        WHEN instr(origin, '/ = /') > 0 THEN substr(origin, instr(origin, '/ = /') + 4)
        ELSE ''
    END,
    CASE
        WHEN origin NOT LIKE '/%' AND instr(origin, '/ = /') > 0 THEN substr(origin, 1, instr(origin, '/ = /'))
        ELSE ''
    END
FROM files;

CREATE TABLE files_5 (
    file_id            INTEGER PRIMARY KEY,
    root_id            INTEGER NOT NULL REFERENCES roots,
    key                TEXT NOT NULL,
    outcome            TEXT NOT NULL CHECK (outcome IN ('reviewed', 'failed', 'unidentified', 'gone')),
    size               INTEGER,
    sha256             TEXT,
    handler            TEXT,
    handler_version    INTEGER,
    verdict            TEXT,
    kind               TEXT,
    observations       INTEGER,
    profiles           INTEGER,
    time_first         TEXT,
    time_last          TEXT,
    west               REAL,
    south              REAL,
    east               REAL,
    north              REAL,
    depth_min          REAL,
    depth_max          REAL,
    depth_unit         TEXT,
    left_out_times     INTEGER,
    left_out_positions INTEGER,
    left_out_depths    INTEGER,
    errors             INTEGER NOT NULL,
    warnings           INTEGER NOT NULL,
    infos              INTEGER NOT NULL,
    failure_stage      TEXT,
    failure_class      TEXT,
    failure_message    TEXT,
    failure_next_step  TEXT,
    attempt            INTEGER NOT NULL,
    first_seen         TEXT NOT NULL,
    at                 TEXT NOT NULL,
    log                TEXT,
    token              TEXT NOT NULL,
    stamp              TEXT,
    transient          INTEGER NOT NULL CHECK (transient IN (0, 1)),
    recipe_id          INTEGER REFERENCES recipes,
    registry           TEXT NOT NULL,
    letter             TEXT,
    UNIQUE (root_id, key)
) STRICT;
INSERT INTO files_5
SELECT
    file_id, root_id, key, outcome, size, sha256, handler, handler_version, verdict, kind, observations, profiles,
    time_first, time_last, west, south, east, north, depth_min, depth_max, depth_unit,
    left_out_times, left_out_positions, left_out_depths, errors, warnings, infos,
    failure_stage, failure_class, failure_message, NULL, attempt, first_seen, at, log,
    token, stamp, transient, recipe_id, registry, letter
FROM files JOIN roots ON roots.name = CASE files.origin WHEN '' THEN 'archive' ELSE files.origin END;

-- The log holds the name that the root had at that time.
DROP VIEW failure_history;
DROP TRIGGER failures_keep_what_they_say;
ALTER TABLE failures ADD COLUMN root TEXT NOT NULL DEFAULT '';
ALTER TABLE failures ADD COLUMN next_step TEXT;
UPDATE failures SET root = coalesce((SELECT origin FROM files WHERE files.key = failures.key), '');
CREATE TRIGGER failures_keep_what_they_say BEFORE UPDATE ON failures
BEGIN
    SELECT RAISE(ABORT, 'the failure log is only ever added to');
END;
CREATE VIEW failure_history AS
SELECT root, key, stage, class, message, count(*) AS times, min(at) AS first_seen, max(at) AS last_seen
FROM failures
GROUP BY root, key, stage, class, message;

DROP TABLE files;
ALTER TABLE files_5 RENAME TO files;

-- What quantities are compared in; this program fills it.
CREATE TABLE quantities (
    quantity     TEXT PRIMARY KEY,
    unit         TEXT NOT NULL,
    expected_min REAL NOT NULL,
    expected_max REAL NOT NULL
) STRICT, WITHOUT ROWID;

-- What finding codes mean; this program fills it.
CREATE TABLE codes (
    handler  TEXT NOT NULL,
    code     TEXT NOT NULL,
    severity TEXT NOT NULL,
    title    TEXT NOT NULL,
    meaning  TEXT NOT NULL,
    remedy   TEXT NOT NULL,
    clause   TEXT NOT NULL,
    PRIMARY KEY (handler, code)
) STRICT, WITHOUT ROWID;

-- What documents and states are compressed with.
CREATE TABLE dictionaries (
    dictionary_id INTEGER PRIMARY KEY,
    kind          TEXT NOT NULL UNIQUE,
    content       BLOB NOT NULL
) STRICT;

-- The cruises and platforms that a file names.
CREATE TABLE file_groups (
    file_id    INTEGER NOT NULL REFERENCES files,
    group_kind TEXT NOT NULL CHECK (group_kind IN ('cruise', 'platform')),
    group_name TEXT NOT NULL,
    PRIMARY KEY (file_id, group_kind, group_name)
) STRICT, WITHOUT ROWID;
CREATE INDEX file_groups_by_name ON file_groups (group_kind, group_name);

-- What variables of many files have in common.
CREATE TABLE parameters (
    parameter_id  INTEGER PRIMARY KEY,
    name          TEXT NOT NULL,
    unit          TEXT,
    canonical     TEXT,
    standard_name TEXT,
    quantity      TEXT,
    dtype         TEXT NOT NULL,
    flag_scheme   TEXT,
    unit_scale    REAL,
    unit_offset   REAL
) STRICT;
INSERT INTO parameters (name, unit, canonical, standard_name, quantity, dtype, flag_scheme)
SELECT DISTINCT name, unit, canonical, standard_name, quantity, dtype, flag_scheme FROM variables;
CREATE INDEX parameters_by_name ON parameters (name);

CREATE TABLE variable_cells (
    file_id         INTEGER NOT NULL REFERENCES files,
    position        INTEGER NOT NULL,
    parameter_id    INTEGER NOT NULL REFERENCES parameters,
    column_number   INTEGER,
    shape           TEXT NOT NULL,
    total           INTEGER NOT NULL,
    count           INTEGER NOT NULL,
    missing         INTEGER NOT NULL,
    invalid         INTEGER NOT NULL,
    non_finite      INTEGER NOT NULL,
    padding         INTEGER,
    distinct_values INTEGER NOT NULL,
    distinct_exact  INTEGER,
    first           TEXT,
    last            TEXT,
    PRIMARY KEY (file_id, position)
) STRICT, WITHOUT ROWID;
INSERT INTO variable_cells
SELECT
    file_id, position, parameter_id, column_number, shape, total, count, missing, invalid, non_finite, padding,
    distinct_values, distinct_exact, first, last
FROM variables JOIN parameters ON
    parameters.name = variables.name
    AND parameters.unit IS variables.unit
    AND parameters.canonical IS variables.canonical
    AND parameters.standard_name IS variables.standard_name
    AND parameters.quantity IS variables.quantity
    AND parameters.dtype = variables.dtype
    AND parameters.flag_scheme IS variables.flag_scheme;

-- Of variables with numbers or flags only.
CREATE TABLE variable_numbers (
    file_id           INTEGER NOT NULL REFERENCES files,
    position          INTEGER NOT NULL,
    min               REAL,
    max               REAL,
    mean              REAL,
    std               REAL,
    q05               REAL,
    q25               REAL,
    q50               REAL,
    q75               REAL,
    q95               REAL,
    flags             TEXT,
    flag_good         INTEGER,
    flag_not_assessed INTEGER,
    flag_questionable INTEGER,
    flag_bad          INTEGER,
    flag_missing      INTEGER,
    good_flags        TEXT,
    good_count        INTEGER,
    good_min          REAL,
    good_max          REAL,
    good_mean         REAL,
    good_std          REAL,
    good_q50          REAL,
    PRIMARY KEY (file_id, position)
) STRICT, WITHOUT ROWID;
INSERT INTO variable_numbers
SELECT
    file_id, position, min, max, mean, std, q05, q25, q50, q75, q95,
    (SELECT json_group_object(key, value ->> 'total') FROM json_each(flags) WHERE flags IS NOT NULL HAVING count(*) > 0),
    CASE WHEN flag_scheme IS NOT NULL THEN
        (SELECT coalesce(sum(value ->> 'total') FILTER (WHERE value ->> 'class' = 'good'), 0) FROM json_each(flags))
    END,
    CASE WHEN flag_scheme IS NOT NULL THEN
        (SELECT coalesce(sum(value ->> 'total') FILTER (WHERE value ->> 'class' = 'not assessed'), 0) FROM json_each(flags))
    END,
    CASE WHEN flag_scheme IS NOT NULL THEN
        (SELECT coalesce(sum(value ->> 'total') FILTER (WHERE value ->> 'class' = 'questionable'), 0) FROM json_each(flags))
    END,
    CASE WHEN flag_scheme IS NOT NULL THEN
        (SELECT coalesce(sum(value ->> 'total') FILTER (WHERE value ->> 'class' = 'bad'), 0) FROM json_each(flags))
    END,
    CASE WHEN flag_scheme IS NOT NULL THEN
        (SELECT coalesce(sum(value ->> 'total') FILTER (WHERE value ->> 'class' = 'missing'), 0) FROM json_each(flags))
    END,
    good_flags, good_count, good_min, good_max, good_mean, good_std, good_q50
FROM variables
WHERE coalesce(min, mean, q05, q50) IS NOT NULL OR flags IS NOT NULL OR good_count IS NOT NULL;

DROP TABLE variables;
CREATE VIEW variables AS
SELECT
    file_id, position, name, parameters.unit, canonical, standard_name, parameters.quantity, dtype, flag_scheme,
    quantities.unit AS quantity_unit, unit_scale, unit_offset, expected_min, expected_max,
    column_number, shape, total, count, missing, invalid, non_finite, padding, distinct_values, distinct_exact, first, last,
    min, max, mean, std, q05, q25, q50, q75, q95,
    flags, flag_good, flag_not_assessed, flag_questionable, flag_bad, flag_missing,
    good_flags, good_count, good_min, good_max, good_mean, good_std, good_q50
FROM variable_cells
    JOIN parameters USING (parameter_id)
    LEFT JOIN variable_numbers USING (file_id, position)
    LEFT JOIN quantities ON quantities.quantity = parameters.quantity;
