-- Version 3: statistics over good values, padding, quantities, and what the coverage left out.
-- Every new column is NULL in rows that an older program wrote.

-- Cells of a padded array that hold no observation.
ALTER TABLE variables ADD COLUMN padding INTEGER;

-- What the variable measures, under one name for all spellings.
ALTER TABLE variables ADD COLUMN quantity TEXT;

-- Scheme of the quality flags, and statistics over the values whose flags that scheme calls good.
ALTER TABLE variables ADD COLUMN flag_scheme TEXT;
ALTER TABLE variables ADD COLUMN good_flags TEXT;
ALTER TABLE variables ADD COLUMN good_count INTEGER;
ALTER TABLE variables ADD COLUMN good_min REAL;
ALTER TABLE variables ADD COLUMN good_max REAL;
ALTER TABLE variables ADD COLUMN good_mean REAL;

-- Values that the coverage does not use, because their flags say questionable, bad or missing.
ALTER TABLE files ADD COLUMN left_out_times INTEGER;
ALTER TABLE files ADD COLUMN left_out_positions INTEGER;
ALTER TABLE files ADD COLUMN left_out_depths INTEGER;
