"""By size: sorting, the greatest few, quantiles."""
