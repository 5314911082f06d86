"""Labels: a user's own names for kinds of memos."""
