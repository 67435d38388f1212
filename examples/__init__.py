"""Programs that a person runs, built on minigrad and nn."""
