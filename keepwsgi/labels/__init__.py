"""Labels: a user's own names for kinds of memos.

- `models` the tables, `schemas` what may be typed
- `service` what can be done with a label, and which memos carry it
- `views` the page that lists them
"""
