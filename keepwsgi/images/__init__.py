"""Pictures of memos: what is taken in, where the bytes lie, and who is shown them.

- `models` the table, `service` the rules, `views` one picture as a file
- `pictures` from a file to what is kept: `sniffing` what it is, `containers/` its format without the metadata,
  `thumbnails` it made small, `rationing` how much is decoded at once
- `stores` where the bytes lie: a folder, or `s3`
"""
