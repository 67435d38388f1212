"""Is attention an explanation?  Tasks, the models that classify, what is measured of them, and the report."""
