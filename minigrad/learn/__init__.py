"""Exercises to the path through docs/path, checked in words: `python -m minigrad.learn`.

In reading order: `exercise` (what a chapter asks for), `written` (the reader's own file), `checking` (runs
the checks on it), `numbers` (finite differences, and comparing), `chapters` (one file each), `command` (what
a person calls).  Checks read nothing but the reader's file: they know the right answer from finite
differences, or from its formula in NumPy.
"""
