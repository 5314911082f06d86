"""The guide of `docs/guide`, as pages of the application in development.

- `contents.py`: which chapters there are
- `rendering.py`: from a chapter's Markdown to its HTML
- `views.py`: the pages
"""
