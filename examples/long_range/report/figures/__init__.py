"""The pictures of the report, one function each.

They are drawn on figures of their own, without pyplot, so that nothing global changes; nothing in them
is told by colour alone; and their few words are the same in every language, captions say the rest.
"""
