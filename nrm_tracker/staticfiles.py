"""What of a package's static files the pages use."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage


class PackageFinder(BaseFinder):
    """The files named in `settings.BOOTSTRAP_FILES`, each under the address given there."""

    def find(self, path: str, find_all: bool = False) -> Any:
        file = settings.BOOTSTRAP_FILES.get(path)
        if find_all:
            return [str(file)] if file else []
        return str(file) if file else None

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[tuple[str, Storage]]:
        for address, file in settings.BOOTSTRAP_FILES.items():
            storage = FileSystemStorage(location=file.parent)
            storage.prefix = address.rpartition("/")[0]  # type: ignore[attr-defined]
            yield file.name, storage
