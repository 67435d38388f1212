"""Translation in small: tasks whose pairs and true alignments are known, models, and how they are judged."""
