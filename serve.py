"""`python serve.py` is `keepwsgi serve`."""

import sys

from keepwsgi.cli import main

if __name__ == "__main__":
    main(["serve", *sys.argv[1:]])
