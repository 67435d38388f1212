"""Attention as pictures: `attention` (what is drawn), `maps` (how), `figures` (matplotlib, and the fonts)."""
