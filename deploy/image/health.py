"""Asks the monitor of this container whether it lives: exit 0 if it does, else 1 with a line why.

The image has no curl. Proxies are not asked: this never leaves the container.
"""
# ruff: noqa: INP001 - a program, no module

import os
import sys
from http.client import HTTPConnection, HTTPException

PORT = 8780
SECONDS = 4.0


def main() -> int:
    """Ask ``/healthz`` on the port that the settings name."""
    port = int(os.environ.get("MONITOR_WEB__PORT") or PORT)
    connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", "/healthz")
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        print(f"/healthz on port {port}: {error}")
        return 1
    finally:
        connection.close()
    print(f"/healthz on port {port}: {status}")
    return 0 if status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
