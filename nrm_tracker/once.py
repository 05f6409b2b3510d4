"""A form that is sent twice is done once.

A form's token is masked anew for each load of its page, a kept one too. With the person and the
address it tells one load from every other; what was typed tells the sendings of one load apart, of
which the newest is known: what was mended after going back is another, and so is what was sent
before it, sent again.

What is known is kept with the write, or not at all. All that takes long, such as looking at files,
comes before the write begins (`writing`). Who sends the same again, even at the same moment, waits
for the first and gets its answer.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import CSRF_TOKEN_LENGTH
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from nrm_tracker import clock
from nrm_tracker.models import Submission
from nrm_tracker.prepared import prepared

View = Callable[..., HttpResponse]
# Within this time a second sending is a second click; later somebody went back to the page.
AT_ONCE = dt.timedelta(minutes=1)
KEPT = dt.timedelta(days=2)


class SentBefore(Exception):
    """The same sending was done between the look before the view and its write."""


class Sending:
    """One sending of a form, and its write, which ends with the answer."""

    def __init__(self, request: HttpRequest) -> None:
        token = request.POST["csrfmiddlewaretoken"]
        self.key = _digest(request.user.pk, request.get_full_path(), token)
        self.sent = _digest(sorted(request.POST.lists()), _files(request))
        self.write = ExitStack()
        self.is_begun = False

    def first(self) -> Submission | None:
        """The same sending, if it was done and is the newest of its load."""
        return next(iter(_sent(self.key, self.sent)), None)

    def begin(self) -> None:
        """Be the newest of the load, or raise SentBefore; another one at work is waited for."""
        now = connection.ops.adapt_datetimefield_value(clock.machine_now())
        with connection.cursor() as cursor:
            cursor.execute(_BE_THE_NEWEST, [self.key, self.sent, now])
            if not cursor.rowcount:
                raise SentBefore
        self.is_begun = True

    def end(self, response: HttpResponse, said: list[Any]) -> None:
        """Keep the answer of what is done; of what asks for the form again nothing stays."""
        if not isinstance(response, HttpResponseRedirect):
            transaction.set_rollback(True)
            return
        told = [[one.level, str(one.message), one.extra_tags] for one in said]
        answer = [response.url, connection.ops.adapt_json_value(told, None), self.key]
        with connection.cursor() as cursor:
            cursor.execute(_ANSWER, answer)


# Nothing where the newest of the load is the same sending. Both databases read this.
_BE_THE_NEWEST = """
    INSERT INTO nrm_tracker_submission AS newest (key, sent, made_at, address, said)
    VALUES (%s, %s, %s, '', '[]')
    ON CONFLICT (key) DO UPDATE SET sent = excluded.sent, made_at = excluded.made_at
    WHERE newest.sent <> excluded.sent
"""
_ANSWER = "UPDATE nrm_tracker_submission SET address = %s, said = %s WHERE key = %s"


@prepared
def _sent(key: str, sent: str) -> QuerySet[Submission]:
    return Submission.objects.filter(key=key, sent=sent)


_current: ContextVar[Sending | None] = ContextVar("sending", default=None)


def once(view: View) -> View:
    """Answer a form that was sent before as it was answered then, and do nothing.

    A view writes by `writing`, as `EntryForm.submit` does, and answers what is done by a redirect.
    """

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not _is_drawn(request):
            return view(request, *args, **kwargs)
        sending = Sending(request)
        if first := sending.first():
            return _answered(request, first)
        try:
            with sending.write:
                response = _seen_through(sending, view, request, *args, **kwargs)
        except (SentBefore, Http404, PermissionDenied):
            # What the first did may be why this one finds nothing to do.
            if first := sending.first():
                return _answered(request, first)
            raise
        if not sending.is_begun and (first := sending.first()):
            return _answered(request, first)
        return response

    return inner


@contextmanager
def writing() -> Iterator[None]:
    """The transaction in which a form is done. What takes long comes before it: others wait.

    What raises, or sets it to be rolled back, ends it at once; else it ends with the answer, which
    is kept in it.
    """
    sending = _current.get()
    if sending is None or sending.is_begun:
        with transaction.atomic():
            yield
        return
    with ExitStack() as write:
        write.enter_context(transaction.atomic())
        try:
            sending.begin()
            yield
        except BaseException:
            sending.is_begun = False
            raise
        if transaction.get_rollback():
            sending.is_begun = False
        else:
            sending.write.push(write.pop_all())


def forget_old() -> None:
    """Let go of keys so old that nobody waits for their answer any more."""
    Submission.objects.filter(made_at__lt=clock.machine_now() - KEPT).delete()


def _is_drawn(request: HttpRequest) -> bool:
    """Whether a form of a page was sent; a script sends the secret of its cookie, or nothing."""
    token = request.POST.get("csrfmiddlewaretoken", "") if request.method == "POST" else ""
    return len(token) == CSRF_TOKEN_LENGTH


def _seen_through(
    sending: Sending, view: View, request: HttpRequest, *args: Any, **kwargs: Any
) -> HttpResponse:
    told = len(messages.get_messages(request))
    before = _current.set(sending)
    try:
        response = view(request, *args, **kwargs)
    finally:
        _current.reset(before)
    if sending.is_begun:
        sending.end(response, _said(request)[told:])
    return response


def _digest(*parts: Any) -> str:
    return salted_hmac("sent", repr(parts), algorithm="sha256").hexdigest()


def _files(request: HttpRequest) -> list[tuple[str, str | None, str]]:
    return [
        (name, sent.name, _content(sent))
        for name, several in sorted(request.FILES.lists())
        for sent in several
    ]


def _content(file: UploadedFile) -> str:
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


def _answered(request: HttpRequest, first: Submission) -> HttpResponse:
    if clock.machine_now() - first.made_at < AT_ONCE:
        for level, said, tags in first.said:
            messages.add_message(request, level, said, tags)
    else:
        said = _("This form was sent before. Nothing was recorded a second time.")
        messages.warning(request, said)
    return HttpResponseRedirect(first.address)
