"""A plan of Microsoft Project as XML, read into plain lists.

The document may declare no entity of its own, and names nothing elsewhere that would be fetched.
"""

from typing import IO, Any
from xml.parsers import expat

from nrm_tracker.bounded.refused import Refused

_PIECE = 64 * 1024
# Between the name of a space and that of an element.
_APART = " "
_DEEPEST = 40
# What no plan is read from: it is passed over with all within.
_SKIPPED = frozenset({"Resources", "Assignments", "Baseline", "TimephasedData", "OutlineCodes"})


def read(content: IO[bytes], *, elements: int, **_limits: int) -> tuple[list[Any], bytes]:
    """The root as its space, and its element: a name, a text and the elements within.

    Refuses "damaged", "entities" where the document declares a type of its own, "elements" where
    it has more, or deeper ones.
    """
    reader = _Reader(elements)
    parser = expat.ParserCreate(namespace_separator=_APART)
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartDoctypeDeclHandler = _refuse_types
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        while piece := content.read(_PIECE):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise Refused("damaged") from error
    return [reader.space, reader.root], b""


def _refuse_types(*_said: Any) -> None:
    raise Refused("entities")


class _Reader:
    def __init__(self, most: int) -> None:
        self.left = most
        self.space, self.root = "", ["", "", []]
        self.open: list[list[Any]] = []
        # How deep within something that is skipped.
        self.passed = 0

    def start(self, called: str, _attributes: dict[str, str]) -> None:
        self.left -= 1
        if self.left < 0 or len(self.open) + self.passed >= _DEEPEST:
            raise Refused("elements")
        space, _apart, name = called.rpartition(_APART)
        if self.passed or name in _SKIPPED:
            self.passed += 1
            return
        element: list[Any] = [name, "", []]
        if self.open:
            self.open[-1][2].append(element)
        else:
            self.space, self.root = space, element
        self.open.append(element)

    def end(self, _called: str) -> None:
        if self.passed:
            self.passed -= 1
        else:
            self.open.pop()

    def text(self, said: str) -> None:
        if not self.passed:
            self.open[-1][1] += said
