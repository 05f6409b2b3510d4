"""A few at once over all workers of the server: who comes later waits for a turn, and not for ever.

A turn is a locked file in a folder that the workers share. The system lets go of it when its
process ends, however that comes about.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from nrm_tracker import limits

AT_ONCE = 2
BUSY = _("The server has much to do right now. Please try again in a moment.")
_LOOK_AGAIN = 0.02


class Busy(Exception):
    """No turn came within the time. Forms say BUSY; elsewhere a page says it, with 503."""


@contextmanager
def turn(name: str) -> Iterator[None]:
    """One of the turns at what `name` names. Raises Busy."""
    until = time.monotonic() + limits.PATIENCE
    while (held := _take(name)) is None:
        if time.monotonic() >= until:
            raise Busy(name)
        time.sleep(_LOOK_AGAIN)
    try:
        yield
    finally:
        os.close(held)


def _take(name: str) -> int | None:
    for number in range(AT_ONCE):
        file = os.open(_folder() / f"{name}-{number}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
        else:
            return file
    return None


def _folder() -> Path:
    """Nobody else's: in a folder for all, another account may have made one of the name."""
    folder = Path(settings.SLOTS_ROOT)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to another account.")
    return folder
