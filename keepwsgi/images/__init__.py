"""Pictures of memos: what is taken in, where the bytes lie, and who is shown them."""
