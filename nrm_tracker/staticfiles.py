"""What of a package's static files the pages use."""

import datetime as dt
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage
from django.utils import timezone

from nrm_tracker.stylesheet import used, words_of


class PackageFinder(BaseFinder):
    """The style sheets named in `settings.BOOTSTRAP_FILES`, each under the address given there.

    While one develops they are whole; collected they have only the rules that pages use.
    """

    def find(self, path: str, find_all: bool = False) -> Any:
        file = settings.BOOTSTRAP_FILES.get(path)
        if find_all:
            return [str(file)] if file else []
        return str(file) if file else None

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[tuple[str, Storage]]:
        for address, file in settings.BOOTSTRAP_FILES.items():
            storage = UsedStorage(location=file.parent)
            storage.prefix = address.rpartition("/")[0]  # type: ignore[attr-defined]
            yield file.name, storage


class UsedStorage(FileSystemStorage):
    """Style sheets without the rules that no page uses: another one whenever a page is."""

    def _open(self, name: str, mode: str = "rb") -> Any:
        css = Path(self.path(name)).read_text()
        return ContentFile(used(css, words_of(_pages())).encode(), name)

    def get_modified_time(self, name: str) -> dt.datetime:
        newest = max(file.stat().st_mtime for file in [Path(self.path(name)), *_pages()])
        return dt.datetime.fromtimestamp(newest, timezone.get_default_timezone())


@cache
def _pages() -> list[Path]:
    """The files in which the classes of pages stand."""
    home = settings.BASE_DIR
    rooms = [Path(app.path) for app in apps.get_app_configs() if Path(app.path).parent == home]
    forms = Path(apps.get_app_config("crispy_bootstrap5").path, "templates")
    found = [*home.glob("static/js/*.js"), *forms.rglob("*.html")]
    found += [*home.glob("templates/**/*.html"), *home.glob("templates/**/*.txt")]
    return found + [file for room in rooms for file in room.rglob("*.py")]
