"""Over axes: sums and spreads, extremes, running sums, differences, softmax; and past NaN."""
