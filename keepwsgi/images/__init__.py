"""Pictures of memos."""
