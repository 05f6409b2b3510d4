"""Archives that only who has the key can read, by the openssl program.

Without this application: `openssl enc -d -aes-256-cbc -pbkdf2 -iter 600000 -pass file:KEY
-in nrm-….tar.enc | tar -x`. It hides what is in an archive; that nothing was changed is told by the
hashes of the manifest.
"""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

ENDING = ".enc"
_CIPHER = ("-aes-256-cbc", "-pbkdf2", "-iter", "600000")
# So many letters the first line of a key file has at least.
SHORTEST_KEY = 20


@contextmanager
def writing(path: Path, key: Path | None) -> Iterator[IO[bytes]]:
    """A new file to write to, encrypted where there is a key."""
    with path.open("xb") as file:
        if key is None:
            yield file
            return
        with _openssl(key, "-salt", stdin=subprocess.PIPE, stdout=file) as process:
            assert process.stdin  # noqa: S101 it was asked for
            yield process.stdin


@contextmanager
def reading(path: Path, key: Path | None) -> Iterator[IO[bytes]]:
    """A file to read from, decrypted where its name says that it is encrypted."""
    if path.suffix == ENDING and key is None:
        raise CommandError(_("The backup is encrypted: name the file of its key (--key-file)."))
    with path.open("rb") as file:
        if path.suffix != ENDING or key is None:
            yield file
            return
        with _openssl(key, "-d", stdin=file, stdout=subprocess.PIPE) as process:
            assert process.stdout  # noqa: S101 it was asked for
            yield process.stdout


@contextmanager
def _openssl(
    key: Path, direction: str, *, stdin: int | IO[bytes], stdout: int | IO[bytes]
) -> Iterator["subprocess.Popen[bytes]"]:
    program = shutil.which("openssl")
    if not program:
        raise CommandError(_("The program %(name)s is not installed.") % {"name": "openssl"})
    _check_key(key)
    command = [program, "enc", direction, *_CIPHER, "-pass", f"file:{key}"]
    process = subprocess.Popen(  # noqa: S603 the program and its options are ours
        command, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE
    )
    try:
        # Where the program ended early, what it said tells why.
        with suppress(BrokenPipeError):
            yield process
        said = process.communicate()[1]
    except BaseException:
        process.kill()
        process.communicate()
        raise
    if process.returncode:
        raise CommandError(
            _("%(name)s failed: %(said)s") % {"name": "openssl", "said": said.decode().strip()}
        )


def _check_key(key: Path) -> None:
    try:
        line = key.read_text(encoding="utf-8").partition("\n")[0]
    except (OSError, ValueError) as error:
        raise CommandError(_("The key cannot be read: %(why)s") % {"why": error}) from None
    if len(line) < SHORTEST_KEY:
        raise CommandError(
            _("The key is too short: its first line has to have %(count)s letters or more.")
            % {"count": SHORTEST_KEY}
        )
