"""Heavy work on what people send, in a process of its own with a limit of memory and of time.

A file may be small and take hours or gigabytes. Each worker has a helper (`__main__`), which forks
for a piece of work, so that none pays for loading openpyxl or Pillow. Two pieces at once over all
workers; the others wait for their turn.
"""

import atexit
import dataclasses
import json
import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from typing import IO, Any

from django.conf import settings

from nrm_tracker import slots
from nrm_tracker.bounded.refused import Refused
from nrm_tracker.limits import WorkLimits

# How much longer than the work may take its answer is waited for.
_GRACE = 5
_PIECE = 64 * 1024
log = logging.getLogger(__name__)


class TooHeavy(Exception):
    """It took more memory or time than it may."""


class Failed(Exception):
    """It came to an exception that it did not expect; that is its text."""


Job = Callable[..., tuple[Any, bytes]]


def run(job: Job, content: IO[bytes] | bytes, work: WorkLimits, **given: Any) -> tuple[Any, bytes]:
    """What `job(content, **given)` gives, where it is done elsewhere.

    `job` is a function of a module that imports nothing of Django's set-up; what it is given and
    gives beside bytes is plain JSON. Raises Refused, TooHeavy, Failed and slots.Busy.
    """
    asked = {"module": job.__module__, "name": job.__name__, "limits": dataclasses.asdict(work)}
    with slots.turn("work"), _helper.line(asked) as line:
        line.settimeout(work.seconds + _GRACE)
        said, result = _exchange(line, given, content)
    if "refused" in said:
        raise Refused(*said["refused"])
    if "failed" in said:
        raise Failed(said["failed"])
    if "result" not in said:
        log.warning("Too heavy: %s.%s", job.__module__, job.__name__)
        raise TooHeavy
    return said["result"], result


def _exchange(
    line: socket.socket, given: dict[str, Any], content: IO[bytes] | bytes
) -> tuple[dict[str, Any], bytes]:
    """An answer that does not come, or not whole, is none."""
    try:
        line.sendall(json.dumps(given).encode() + b"\n")
        for piece in _pieces(content):
            line.sendall(piece)
        line.shutdown(socket.SHUT_WR)
        with line.makefile("rb") as answer:
            said, result = json.loads(answer.readline()), answer.read()
        return (said, result) if said["size"] == len(result) else ({}, b"")
    except (OSError, ValueError):
        return {}, b""


def _pieces(content: IO[bytes] | bytes) -> Iterable[bytes]:
    if isinstance(content, bytes):
        return [content]
    content.seek(0)
    return iter(lambda: content.read(_PIECE), b"")


class _Helper:
    """This worker's helper: started when it is first asked, and again where it ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def line(self, asked: dict[str, Any]) -> socket.socket:
        """A line to a process that is about to do what is asked."""
        ours, theirs = socket.socketpair()
        message = json.dumps(asked).encode()
        with self._lock, theirs:
            try:
                socket.send_fds(self._control or self._start(), [message], [theirs.fileno()])
            except OSError:
                self.stop()
                socket.send_fds(self._start(), [message], [theirs.fileno()])
        return ours

    def _start(self) -> socket.socket:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "nrm_tracker.bounded"],
                stdin=theirs.fileno(),
                cwd=settings.BASE_DIR,
                # One arena: threads of a decoder would each reserve memory that they never use.
                env={**os.environ, "MALLOC_ARENA_MAX": "1"},
                # What ends the worker by its terminal ends the helper by its line.
                start_new_session=True,
            )
        return self._control

    def stop(self) -> None:
        """What it forked ends by itself."""
        if self._control and self._process:
            self._control.close()
            self._process.terminate()
            self._process.wait()
        self._control = self._process = None


_helper = _Helper()
atexit.register(_helper.stop)
