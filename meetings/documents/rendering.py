"""A paper of a template: in a process of its own, for people write templates (`filling`)."""

import datetime as dt
import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from meetings.documents import builtin, filling
from meetings.documents.sample import sample
from meetings.models import DocumentTemplate
from nrm_tracker import clock, limits
from nrm_tracker.bounded.refused import Refused
from nrm_tracker.bounded.running import Failed, TooHeavy, run
from nrm_tracker.slots import BUSY, Busy
from nrm_tracker.text import pasted

log = logging.getLogger(__name__)


def render(kind: str, form: str, context: dict[str, Any]) -> bytes:
    """The paper as a Word file; by the built-in template where the one that was put fails on it."""
    try:
        return _fill(in_force(kind, form), context)
    except (Refused, TooHeavy, Failed, OSError):
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
    try:
        unknown, _nothing = run(filling.try_out, content, limits.PAPER, **_given(sample(kind)))
    except Refused as refused:
        if refused.word == "unreadable":
            said = _("The file is no Word document that could be a template.")
            raise ValidationError(said) from refused
        message = _("The template cannot be filled in: %(why)s")
        raise ValidationError(message % {"why": refused.detail[:300]}) from refused
    except TooHeavy as error:
        said = _("The template takes too much time or memory to be filled in.")
        raise ValidationError(said) from error
    except Busy as error:
        raise ValidationError(BUSY) from error
    if unknown:
        message = _("The template names fields that this paper does not have: %(names)s.")
        raise ValidationError(message % {"names": ", ".join(unknown)})


def _fill(content: bytes, context: dict[str, Any]) -> bytes:
    _nothing, paper = run(filling.fill, content, limits.PAPER, **_given(context))
    return paper


def _given(context: dict[str, Any]) -> dict[str, Any]:
    moment = clock.now().astimezone(dt.UTC).isoformat()
    return {"said": _fit_for_xml(context), "moment": moment}


def _fit_for_xml(value: Any) -> Any:
    """The same values with all that no document may hold taken out of their texts."""
    if isinstance(value, dict):
        return {key: _fit_for_xml(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_fit_for_xml(one) for one in value]
    return pasted(value) if isinstance(value, str) else value
