-- Version 2: findings that follow from others, what unidentified files look like, and rows of dead letters.

-- Occurrences of other findings that follow from this one, by code: a JSON object.
ALTER TABLE findings ADD COLUMN suppressed TEXT NOT NULL DEFAULT '{}';

-- What the content looks like that no handler recognises: a JSON object, or NULL.
ALTER TABLE failures ADD COLUMN evidence TEXT;

-- Id of the message in a dead-letter queue that the row was written for.
ALTER TABLE files ADD COLUMN letter TEXT;
