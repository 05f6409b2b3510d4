"""A template filled in, in a sandbox: people write templates, and one may ask for any amount of
work."""

import datetime as dt
import io
import zipfile
from typing import IO, Any

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import TemplateError, Undefined
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import XMLSyntaxError  # type: ignore[import-untyped]

from nrm_tracker.bounded.refused import Refused

# What filling in a template may come to that somebody wrote.
_UNFIT = (
    TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError,
    RecursionError, XMLSyntaxError,
)  # fmt: skip
# What reading a file may come to that is no Word document.
_UNREADABLE = (PackageNotFoundError, zipfile.BadZipFile, OSError)


def fill(content: IO[bytes], *, said: dict[str, Any], moment: str) -> tuple[None, bytes]:
    """The paper that tells what is `said`. Refuses "unreadable" and "unfit", with why."""
    try:
        return None, _fill(content, said, moment)
    except _UNREADABLE as error:
        raise Refused("unreadable", str(error)) from error
    except _UNFIT as error:
        raise Refused("unfit", str(error)) from error


def try_out(content: IO[bytes], *, said: dict[str, Any], moment: str) -> tuple[list[str], bytes]:
    """The names that a template asks for and that are not `said`; refuses as `fill` does."""
    try:
        asked = DocxTemplate(content).get_undeclared_template_variables(Sandbox())
        missed = asked - set(said)
        if not missed:
            _fill(content, said, moment, missed)
    except (*_UNREADABLE, KeyError, XMLSyntaxError) as error:
        raise Refused("unreadable", str(error)) from error
    except _UNFIT as error:
        raise Refused("unfit", str(error)) from error
    return sorted(missed), b""


class Sandbox(SandboxedEnvironment):
    """Nothing that reaches out of a template, leaves text unescaped, or grows without end."""

    intercepted_binops = frozenset({"*", "**"})

    def __init__(self, missed: set[str] | None = None) -> None:
        super().__init__(autoescape=True, undefined=Undefined if missed is None else _into(missed))
        del self.filters["safe"]

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        raise SecurityError(f"{operator} is not allowed in a template.")


def _into(missed: set[str]) -> type[Undefined]:
    """What stands for a field that is not there, and notes its name; also within a task or so."""

    class Missed(Undefined):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            if isinstance(self._undefined_name, str):
                missed.add(self._undefined_name)

    return Missed


def _marked(content: IO[bytes], at_head: str, at_foot: str) -> IO[bytes]:
    """The template with what every page says at its head and foot, whoever made it."""
    document = Document(content)
    for section in document.sections:
        heads = (section.header, section.first_page_header, section.even_page_header)
        feet = (section.footer, section.first_page_footer, section.even_page_footer)
        for head in heads if at_head else ():
            head.is_linked_to_previous = False
            head.paragraphs[0].insert_paragraph_before().add_run(at_head).bold = True
        for foot in feet if at_foot else ():
            foot.is_linked_to_previous = False
            foot.add_paragraph().add_run(at_foot).italic = True
    file = io.BytesIO()
    document.save(file)
    return file


def _fill(
    content: IO[bytes], said: dict[str, Any], moment: str, missed: set[str] | None = None
) -> bytes:
    content.seek(0)
    marks = said["training_mark"], said["illustrative_mark"]
    document = DocxTemplate(_marked(content, *marks) if any(marks) else content)
    document.render(said, Sandbox(missed), autoescape=True)
    properties = document.docx.core_properties
    properties.created = properties.modified = dt.datetime.fromisoformat(moment)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()
