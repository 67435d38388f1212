"""Pooling: sliding windows or bins, and the greatest or the average of each."""
