"""Memos.

- `models` the tables, `schemas` what may be typed, `drafts` what is ready to be kept, `items` a checklist
- `memo` a memo as it is read, `boards` pages of them, `statements` how they are read, `cursor` where a page begins
- `service` what can be done with a memo, `checklists` with its items, `patches` several things in one write
- `rows` one memo's row in a write and all that follows from a change, `indexing` what searches find it by
- `selection` one action on several memos, `bulk` many at once, `purging` what has been in the trash for too long
- `ordering` and `position` which memo stands where
- `markdown` and `markdown_blocks` a body as HTML
- `views`, `editing`, `lists`, `pictures`, `finding` and `selecting` the pages, `leaving` the end of an account
- `demo` memos for a first look
"""
