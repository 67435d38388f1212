"""What `python -m minigrad` does: `loading` finds the function, `running` calls it."""
