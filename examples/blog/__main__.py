"""`python -m examples.blog`: the blog on a server, for this machine only."""

import waitress

from examples.blog import create_app

waitress.serve(create_app(), listen="127.0.0.1:8080")
