"""The JSON API: thin views over the services of the other features, and the document that describes them.

- `operations` how one operation is written down; `memos`, `pictures`, `labels`, `changes`, `me` and `tokens` their
  views, each with a table of its operations at its foot; `views` all of them together
- `bodies` what is sent, `answers` what is answered, `schemas` the types of it, `problems` what goes wrong
- `feed` what has changed, `idempotency` a request that is sent twice, `models` the table for it
- `openapi` the document, `reference` the document as a page
"""
