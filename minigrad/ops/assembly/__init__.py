"""Arrays put together from parts: joining, borders, repetition, insertion, choosing among several."""
