"""Look before `make run` begins whether it can end well; if not, say why in one sentence.

Needs nothing but Python, for on a first run nothing is installed yet.
"""

import os
import socket
import sys

from nrm_tracker.demo_day import iso


def problem(environment: dict[str, str]) -> str:
    """What keeps the demo from being served, or nothing."""
    try:
        iso(environment.get("DEMO_DAY", "2020-09-15"))
    except ValueError as error:
        return str(error)
    return port_problem(environment.get("PORT", "8000"))


def port_problem(text: str) -> str:
    """Why nothing can be served on the port, or nothing."""
    is_number = text.isascii() and text.isdigit() and len(text) <= len("65535")
    if not (is_number and 1 <= int(text) <= 65535):
        return f"PORT must be a whole number from 1 to 65535, not {text!r}: make run PORT=8001"
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", int(text)))
        except PermissionError:
            return f"Port {text} is reserved for the administrator: make run PORT=8001"
        except OSError:
            return f"Port {text} is in use by another program: make run PORT=8001"
    return ""


if __name__ == "__main__":
    sys.exit(problem(dict(os.environ)) or 0)
