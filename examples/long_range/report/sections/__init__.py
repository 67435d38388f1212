"""The sections of the page, a file each: `section(study)` computes what the sentences below it say."""
