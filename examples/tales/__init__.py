"""Stories that are made up, with questions: telling, what is guessed without reading, batches of them."""
