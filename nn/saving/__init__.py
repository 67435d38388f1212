"""Files that are whole or are not there: `weights`, and `checkpoints` of all that a run depends on.

`whole_files` writes aside, syncs and renames; `packing` puts a tree of states into arrays and JSON.
"""
