"""Search: the grammar of a query, an index in the database that is kept with each write, and the marks of a match.

It knows numbers, texts and flags. That a document is a memo is its callers' business.
"""
