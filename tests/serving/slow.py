"""An application with a slow answer and a large one, on the server that `keepwsgi serve` runs.

`/slow` says that it has begun by a file of that name in the folder given, and answers once there is a file `go`.
"""

import sys
import time
from pathlib import Path

from keepwsgi.server import serve

MEGABYTE = 1024 * 1024
FOLDER = Path(sys.argv[2]) if len(sys.argv) > 2 else Path()


def app(environ, start_response):  # type: ignore[no-untyped-def]
    start_response("200 OK", [("Content-Type", "application/octet-stream")])
    match environ["PATH_INFO"]:
        case "/slow":
            (FOLDER / "begun").touch()
            while not (FOLDER / "go").exists():
                time.sleep(0.01)
            return [b"finished"]
        case "/large":
            return (bytes(MEGABYTE) for _ in range(20))
    return [b"ok"]


if __name__ == "__main__":
    serve(
        app,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        threads=4,
        max_body=MEGABYTE,
        behind_proxy=False,
        announce=print,
    )
