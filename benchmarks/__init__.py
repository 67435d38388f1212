"""Benchmarks: how long things take, beside a peer measured in the same run.  They judge nothing."""
