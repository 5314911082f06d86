"""Applications on the layers alone: start with `hello.py`, go on with `quickstart.py`."""
