-- Version 2: findings that follow from others, and what unidentified files look like.

-- Occurrences of other findings that follow from this one, by code: a JSON object.
ALTER TABLE findings ADD COLUMN suppressed TEXT NOT NULL DEFAULT '{}';

-- What the content looks like that no handler recognises: a JSON object, or NULL.
ALTER TABLE failures ADD COLUMN evidence TEXT;
