"""Which version of the application this is: CHANGELOG.md says it, and nothing else does."""

import re
from pathlib import Path

from django.conf import settings

HEADING = re.compile(r"^## (\d+\.\d+\.\d+)\b", re.MULTILINE)


def newest(changes: Path) -> str:
    """The first version among the headings of a list of changes; "" where there is none."""
    try:
        found = HEADING.search(changes.read_text(encoding="utf-8"))
    except OSError:
        return ""
    return found[1] if found else ""


VERSION = newest(settings.BASE_DIR / "CHANGELOG.md")
