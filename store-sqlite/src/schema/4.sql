-- Version 4: documents and states compressed by zlib, quantiles as columns, statistics that do not depend on order.

-- `document` is zlib, or JSON as it is (first byte `{`) where version 3 wrote it. The states of version 3 have a form that is no
-- longer read, so they are NULL until the file is reviewed again.
CREATE TABLE reviews_4 (
    file_id  INTEGER PRIMARY KEY REFERENCES files,
    document BLOB NOT NULL,
    states   BLOB
) STRICT;
INSERT INTO reviews_4 (file_id, document, states) SELECT file_id, CAST(document AS BLOB), NULL FROM reviews;
DROP TABLE reviews;
ALTER TABLE reviews_4 RENAME TO reviews;

ALTER TABLE variables ADD COLUMN q05 REAL;
ALTER TABLE variables ADD COLUMN q25 REAL;
ALTER TABLE variables ADD COLUMN q50 REAL;
ALTER TABLE variables ADD COLUMN q75 REAL;
ALTER TABLE variables ADD COLUMN q95 REAL;
UPDATE variables SET
    q05 = quantiles ->> '$."0.05"',
    q25 = quantiles ->> '$."0.25"',
    q50 = quantiles ->> '$."0.5"',
    q75 = quantiles ->> '$."0.75"',
    q95 = quantiles ->> '$."0.95"';
ALTER TABLE variables DROP COLUMN quantiles;

-- Whether `distinct_values` is exact.
ALTER TABLE variables ADD COLUMN distinct_exact INTEGER;

-- More of the statistics over good values.
ALTER TABLE variables ADD COLUMN good_std REAL;
ALTER TABLE variables ADD COLUMN good_q50 REAL;
