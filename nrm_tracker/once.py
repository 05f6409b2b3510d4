"""A form that is sent twice is done once.

A form's token is masked anew for each load of its page, a kept one too. With the person, the
address and what was typed it tells one sending from every other: two loads are never taken for one,
nor is what was mended after going back. The key is kept with the write, or not at all. Who sends it
again, even at the same moment, waits for the first and gets its answer.
"""

import datetime as dt
import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import CSRF_TOKEN_LENGTH
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from nrm_tracker import clock
from nrm_tracker.models import Submission

View = Callable[..., HttpResponse]
# Within this time a second sending is a second click; later somebody went back to the page.
AT_ONCE = dt.timedelta(minutes=1)
KEPT = dt.timedelta(days=2)


def once(view: View) -> View:
    """Answer a form that was sent before as it was answered then, and do nothing.

    What a view answers by a redirect is done; any other answer asks for the form again.
    """

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = _key(request) if request.method == "POST" else ""
        if not key:
            return view(request, *args, **kwargs)
        try:
            with transaction.atomic():
                Submission.objects.create(key=key, made_at=clock.machine_now())
                told = len(messages.get_messages(request))
                response = view(request, *args, **kwargs)
                _keep(key, response, _said(request)[told:])
        except IntegrityError:
            first = Submission.objects.filter(key=key).first()
            if first is None:
                raise
            return _answered(request, first)
        return response

    return inner


def forget_old() -> None:
    """Let go of keys so old that nobody waits for their answer any more."""
    Submission.objects.filter(made_at__lt=clock.machine_now() - KEPT).delete()


def _key(request: HttpRequest) -> str:
    """One for each sending; none where no page was drawn for it, as by a script."""
    if len(request.POST.get("csrfmiddlewaretoken", "")) != CSRF_TOKEN_LENGTH:
        return ""
    files = [
        (name, sent.name, _digest(sent))
        for name, several in sorted(request.FILES.lists())
        for sent in several
    ]
    typed = sorted(request.POST.lists())
    parts = (request.user.pk, request.get_full_path(), typed, files)
    return salted_hmac("sent", repr(parts), algorithm="sha256").hexdigest()


def _digest(file: UploadedFile) -> str:
    digest = hashlib.sha256()
    for part in file.chunks():
        digest.update(part)
    file.seek(0)
    return digest.hexdigest()


def _said(request: HttpRequest) -> list[Any]:
    """The messages that wait to be shown; they go on waiting."""
    waiting: Any = messages.get_messages(request)
    said = list(waiting)
    waiting.used = False
    return said


def _keep(key: str, response: HttpResponse, said: list[Any]) -> None:
    own = Submission.objects.filter(key=key)
    if not isinstance(response, HttpResponseRedirect):
        own.delete()
        return
    told = [[one.level, str(one.message), one.extra_tags] for one in said]
    own.update(address=response.url, said=told)


def _answered(request: HttpRequest, first: Submission) -> HttpResponse:
    if clock.machine_now() - first.made_at < AT_ONCE:
        for level, said, tags in first.said:
            messages.add_message(request, level, said, tags)
    else:
        said = _("This form was sent before. Nothing was recorded a second time.")
        messages.warning(request, said)
    return HttpResponseRedirect(first.address)
