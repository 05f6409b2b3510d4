"""A template filled in. Templates are uploaded by people, so they run in a sandbox."""

import datetime as dt
import io
import logging
import zipfile
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import TemplateError, Undefined
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import XMLSyntaxError  # type: ignore[import-untyped]

from meetings.documents import builtin
from meetings.documents.sample import sample
from meetings.models import DocumentTemplate
from nrm_tracker import clock
from nrm_tracker.text import pasted

# What filling in a template may come to that somebody wrote.
UNFIT = (
    TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError,
    RecursionError, MemoryError, XMLSyntaxError,
)  # fmt: skip
# What reading a file may come to that is no Word document, or is gone.
UNREADABLE = (PackageNotFoundError, zipfile.BadZipFile, OSError)
log = logging.getLogger(__name__)


def render(kind: str, form: str, context: dict[str, Any]) -> bytes:
    """The paper as a Word file; by the built-in template where the one that was put fails on it."""
    try:
        return _fill(in_force(kind, form), context)
    except (*UNFIT, *UNREADABLE):
        log.exception("The template of %s (%s) could not be filled in.", kind, form)
        return _fill(builtin.template(kind, form), context)


def in_force(kind: str, form: str) -> bytes:
    """The newest template that was put in the place of the built-in one, or that."""
    newest = DocumentTemplate.objects.filter(kind=kind, form=form).select_related("file").first()
    if newest is None:
        return builtin.template(kind, form)
    with newest.file.content.open("rb") as opened:
        return bytes(opened.read())


def check(content: bytes, kind: str) -> None:
    """Raise ValidationError where a file cannot be a template of the kind, and say why."""
    known = sample(kind)
    try:
        document = DocxTemplate(io.BytesIO(content))
        asked = document.get_undeclared_template_variables(Sandbox())
        _refuse(asked - set(known))
        missed: set[str] = set()
        _fill(content, known, missed)
        _refuse(missed)
    except (*UNREADABLE, KeyError, XMLSyntaxError) as error:
        raise ValidationError(
            _("The file is no Word document that could be a template.")
        ) from error
    except UNFIT as error:
        message = _("The template cannot be filled in: %(why)s")
        raise ValidationError(message % {"why": str(error)[:300]}) from error


def _refuse(unknown: set[str]) -> None:
    if unknown:
        message = _("The template names fields that this paper does not have: %(names)s.")
        raise ValidationError(message % {"names": ", ".join(sorted(unknown))})


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


def _fill(content: bytes, context: dict[str, Any], missed: set[str] | None = None) -> bytes:
    document = DocxTemplate(io.BytesIO(content))
    document.render(_fit_for_xml(context), Sandbox(missed), autoescape=True)
    said = document.docx.core_properties
    said.created = said.modified = clock.now().astimezone(dt.UTC)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _fit_for_xml(value: Any) -> Any:
    """The same values with all that no document may hold taken out of their texts."""
    if isinstance(value, dict):
        return {key: _fit_for_xml(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_fit_for_xml(one) for one in value]
    return pasted(value) if isinstance(value, str) else value
