"""Finders that show only the static files that pages use."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import AppDirectoriesFinder, BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

UNUSED = ("django_htmx/htmx-4*", "django_htmx/*ext*", "django_htmx/htmx-2.js", "django_htmx/hx-*")


class AppFinder(AppDirectoriesFinder):
    """The apps' files, less what django-htmx brings and no page loads."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        return super().list([*(ignore_patterns or []), *UNUSED])


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
