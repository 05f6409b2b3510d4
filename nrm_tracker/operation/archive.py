"""One file that holds a database and its uploads: a tar, with a manifest at its end.

    database.sqlite3 or database.dump
    files/…
    manifest.json       SHA-256 and size of each part, and what the database holds

The manifest comes last, so that an archive that was cut short has none.
"""

import hashlib
import io
import json
import shutil
import tarfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import IO, Any, TypedDict

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from nrm_tracker.operation.contents import Contents

MANIFEST = "manifest.json"
FILES = "files"
# The form of an archive: another number where an older program could not read it.
FORM = 1


class About(TypedDict):
    """What is known of an archive before it is written."""

    form: int
    version: str
    made_at: str
    vendor: str
    contents: Contents
    missing: list[str]


class ArchivedPart(TypedDict):
    sha256: str
    size: int


class Manifest(About):
    parts: dict[str, ArchivedPart]


class _Digested:
    """A file that is digested while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._digest, self._size = file, hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self._digest.update(piece)
        self._size += len(piece)
        return piece

    @property
    def part(self) -> ArchivedPart:
        return {"sha256": self._digest.hexdigest(), "size": self._size}


def write(out: IO[bytes], parts: Iterable[tuple[str, Path]], about: About) -> Manifest:
    """Write the parts one after the other, each as (name in the archive, where it is)."""
    written: dict[str, ArchivedPart] = {}
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        for name, path in parts:
            with path.open("rb") as file:
                digested = _Digested(file)
                tar.addfile(_entry(name, path.stat().st_size), digested)
            written[name] = digested.part
        manifest = Manifest(**about, parts=written)
        told = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        tar.addfile(_entry(MANIFEST, len(told)), io.BytesIO(told))
    return manifest


def unpack(source: IO[bytes], folder: Path) -> Manifest:
    """Unpack into an empty folder. Raises CommandError unless each part is there, whole."""
    found: dict[str, ArchivedPart] = {}
    told = b""
    try:
        with tarfile.open(fileobj=source, mode="r|") as tar:
            for entry in tar:
                opened = tar.extractfile(entry)
                if opened is None or not _is_plain(entry.name):
                    raise _damaged(entry.name)
                if entry.name == MANIFEST:
                    told = opened.read()
                else:
                    found[entry.name] = _unpack_part(opened, folder / entry.name)
        manifest: Manifest = json.loads(told)
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise _damaged(str(error)) from None
    _check(manifest, found)
    return manifest


def _unpack_part(opened: IO[bytes], path: Path) -> ArchivedPart:
    digested = _Digested(opened)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        shutil.copyfileobj(digested, file)
    return digested.part


def _check(manifest: Manifest, found: dict[str, ArchivedPart]) -> None:
    if manifest.get("form") != FORM:
        raise CommandError(_("The backup was made by a newer version of the application."))
    wrong = {name for name, part in manifest["parts"].items() if found.get(name) != part}
    wrong |= found.keys() - manifest["parts"].keys()
    if wrong:
        raise _damaged(", ".join(sorted(wrong)[:5]))


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


def _is_plain(name: str) -> bool:
    """Whether a name stays within the folder that it is unpacked into."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def _damaged(where: Any) -> CommandError:
    return CommandError(
        _("The backup is damaged, or its key is another one: %(where)s") % {"where": where}
    )
