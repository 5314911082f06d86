"""Memos.

- `models` the tables, `schemas` what may be typed, `drafts` what is ready to be written
- `service` what can be done with a memo, `boards` reading them, `bulk` many at once
- `ordering` and `position` which memo stands where, `cursor` where the next page begins
- `markdown` and `markdown_blocks` a body as HTML
- `views` and `editing` the pages, `demo` memos for a first look
"""
