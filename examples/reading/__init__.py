"""What bert reads: sentences of the documentation, stories with a question, and counting beside it."""
