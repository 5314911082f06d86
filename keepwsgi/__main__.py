"""`python -m keepwsgi` is `keepwsgi`."""

from keepwsgi.cli import main

if __name__ == "__main__":
    main()
