"""Moving in and moving out: Google Takeout, Markdown folders, and everything a user has as one zip.

Nothing here writes a memo by itself: notes that come in pass the schemas and services of memos, labels and images,
as those do that are typed.
"""
