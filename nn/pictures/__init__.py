"""Attention as pictures: `attention` (what is drawn), `maps` (how), `figures` (matplotlib, and the fonts).

And as a page: `attention_page` (what is on it), `snapshots` and `reading` (what is given), `compact` (numbers
in little room), `web` (what the browser does with them).  `given` is of both.
"""
