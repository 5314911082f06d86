"""Search: the grammar of a query, an index in the database that is kept with each write, and the marks of a match.

It knows numbers, texts and flags. That a document is a memo is its callers' business.

- `service` the door: put documents in, ask, mark
- `grammar` what may be typed, `conditions` what it asks of a document
- `folding` what counts as the same text, `tokens`, `flags` and `days` what a document is found by
- `models` the index, `sqlite` and `postgresql` how each engine is asked
- `marks` what was found, made visible; `offsets` where that stands in the text as it was typed
"""
