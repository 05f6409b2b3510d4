"""The helper: it loads what the work needs once, and forks for each piece of it.

It has one thread, so that forking is safe. What a piece takes beyond its limits ends that piece
alone: its end of the line closes without an answer.
"""

import io
import json
import os
import resource
import signal
import socket
import sys
import traceback
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from nrm_tracker.bounded.refused import Refused

# So many bytes an answer may have: who waits for it holds it whole.
MOST = 64 * 1024 * 1024
MEMORY = Path("/proc/self/statm")


def serve(control: socket.socket) -> None:
    """Take work until who asks for it is gone."""
    # Whoever is done is forgotten at once.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        message, lines, _flags, _address = socket.recv_fds(control, 4096, 1)
        if not message:
            return
        asked = json.loads(message)
        with suppress(Exception):
            import_module(asked["module"])
        if os.fork() == 0:
            control.close()
            try:
                _answer(socket.socket(fileno=lines[0]), asked)
            finally:
                os._exit(0)
        os.close(lines[0])


def _answer(line: socket.socket, asked: dict[str, Any]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _hold_to(**asked["limits"])
    said, content = _work(line, asked)
    head = json.dumps(said | {"size": len(content)}).encode() + b"\n"
    # What is larger is too heavy, and not answered.
    if len(head) + len(content) <= MOST:
        line.sendall(head)
        line.sendall(content)


def _hold_to(memory: int, cpu: int, seconds: int) -> None:
    """The memory is beyond the helper's own, where the system tells that."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if MEMORY.exists():
        most = int(MEMORY.read_text().split()[0]) * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _work(line: socket.socket, asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    try:
        with line.makefile("rb") as sent:
            given = json.loads(sent.readline())
            body = io.BytesIO(sent.read())
        work = getattr(import_module(asked["module"]), asked["name"])
        result, content = work(body, **given)
    except MemoryError:
        return {}, b""
    except Refused as refused:
        return {"refused": [refused.word, refused.detail]}, b""
    except Exception:
        return {"failed": traceback.format_exc()}, b""
    return {"result": result}, content


if __name__ == "__main__":
    serve(socket.socket(fileno=sys.stdin.fileno()))
