"""A template filled in. Templates are uploaded by people, so they run in a sandbox."""

import io
import logging
import zipfile
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import TemplateError
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import XMLSyntaxError  # type: ignore[import-untyped]

from meetings.documents import builtin
from meetings.documents.sample import sample
from meetings.models import DocumentTemplate

# What filling in a template may come to that somebody wrote.
UNFIT = (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError)
log = logging.getLogger(__name__)


def render(kind: str, form: str, context: dict[str, Any]) -> bytes:
    """The paper as a Word file; by the built-in template where the one that was put fails on it."""
    try:
        return _fill(in_force(kind, form), context)
    except UNFIT:
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
        asked = document.get_undeclared_template_variables(_environment())
        unknown = sorted(asked - set(known))
        if unknown:
            message = _("The template names fields that this paper does not have: %(names)s.")
            raise ValidationError(message % {"names": ", ".join(unknown)})
        _fill(content, known)
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, XMLSyntaxError) as error:
        raise ValidationError(
            _("The file is no Word document that could be a template.")
        ) from error
    except UNFIT as error:
        message = _("The template cannot be filled in: %(why)s")
        raise ValidationError(message % {"why": str(error)[:300]}) from error


def _fill(content: bytes, context: dict[str, Any]) -> bytes:
    document = DocxTemplate(io.BytesIO(content))
    document.render(context, _environment(), autoescape=True)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _environment() -> SandboxedEnvironment:
    return SandboxedEnvironment(autoescape=True)
