"""The instance as a whole: its backup, its restore, and what is thrown away of it once a day.

`tables` has rows as text, `manifest` says what a backup holds; `backing_up` writes one, `backup_file` reads and
verifies it, `restoring` puts it into an empty instance. `purging` is the chore of the day.
"""
