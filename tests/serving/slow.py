"""An application with a slow answer and a large one, on the server that `keepwsgi serve` runs."""

import sys
import time

from keepwsgi.server import serve

MEGABYTE = 1024 * 1024


def app(environ, start_response):  # type: ignore[no-untyped-def]
    start_response("200 OK", [("Content-Type", "application/octet-stream")])
    match environ["PATH_INFO"]:
        case "/slow":
            time.sleep(2)
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
