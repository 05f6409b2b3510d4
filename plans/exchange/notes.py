"""The notes of a task: who, where, how much, a line each."""

from django.conf import settings
from django.utils import translation

from nrm_tracker.text import normalize, search_key
from plans.exchange.columns import LABELS
from plans.exchange.project import NOTED


def write(texts: dict[str, str]) -> str:
    """What may have several lines stands last."""
    return "\n".join(f"{LABELS[name]}: {texts[name]}" for name in NOTED if texts[name])


def read(notes: str) -> dict[str, str]:
    """The columns whose lines are there, in one of our languages; what has no line is not said."""
    called: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            called |= {search_key(str(LABELS[name])): name for name in NOTED}
    found: dict[str, str] = {}
    last = ""
    for line in notes.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        label, colon, said = line.partition(":")
        name = called.get(search_key(label)) if colon else None
        if name and name not in found:
            found[name], last = said.strip(), name
        elif last == NOTED[-1]:
            found[last] += f"\n{line}"
    return {name: normalize(said) for name, said in found.items()}
