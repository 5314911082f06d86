"""Accounts.

- `models` the tables, `schemas` what may be typed, `service` what can be done with an account
- `passwords` hashing a few at a time, `throttle` how often one may guess
- `layer` who is asking and whether they may, `freshness` pages that have not changed
- `carried` text that waits for its writer to sign in, `tokens` how programs sign in
- `views` registering and signing in, `settings` the page of settings
"""
