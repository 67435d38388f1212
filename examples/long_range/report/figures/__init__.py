"""The pictures of the report, one function each.

They are drawn on figures of their own, without pyplot, so that nothing global changes; nothing in them
is told by colour alone; and their few words are English in the files, and of either language in the page,
which sets them in the fonts of its reader: no font that a program can rely on has Korean letters.
"""
