"""A style sheet without the rules that no page uses."""

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

# A rule, or a group of rules such as @media, with what comes before its brace.
_RULE = re.compile(r"([^{}]+)\{((?:[^{}]|\{[^{}]*\})*)\}")
_LICENCE = re.compile(r"/\*!.*?\*/", re.DOTALL)
_COMMENT = re.compile(r"/\*.*?\*/|@charset[^;]*;", re.DOTALL)
_BETWEEN = re.compile(r",(?![^(]*\))")
_NOT = re.compile(r":not\([^)]*\)")
_CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
_WORD = re.compile(r"[A-Za-z_][\w-]*")


def words_of(files: Iterable[Path]) -> set[str]:
    """Every word of these files: a class that a page has stands in one of them."""
    return {word for file in files for word in _WORD.findall(file.read_text())}


def used(css: str, words: Collection[str]) -> str:
    """The sheet with the rules that elements with classes of these words could match."""
    licence = "".join(_LICENCE.findall(css))
    return licence + "".join(_used(_COMMENT.sub("", css), words))


def _used(css: str, words: Collection[str]) -> Iterator[str]:
    for head, body in _RULE.findall(css):
        if head.startswith(("@media", "@supports")):
            inner = "".join(_used(body, words))
            if inner:
                yield f"{head}{{{inner}}}"
        elif head.startswith("@"):
            yield f"{head}{{{body}}}"
        elif chosen := [one for one in _BETWEEN.split(head) if _may_match(one, words)]:
            yield f"{','.join(chosen)}{{{body}}}"


def _may_match(selector: str, words: Collection[str]) -> bool:
    return all(name in words for name in _CLASS.findall(_NOT.sub("", selector)))
