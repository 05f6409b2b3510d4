"""What was typed of a cell and is recorded nowhere yet, on its way to another page and back.

It lies in the person's session: it is no fact, and goes with the signing out.
"""

from django.http import QueryDict

from accounts.access import SignedIn
from criteria.models import CriterionStatus

_KEY = "carried"
# Of how many cells at once; the oldest goes first.
MOST = 5


def carry(request: SignedIn, status: CriterionStatus) -> None:
    """Keep what was sent with the request, as it was typed."""
    sent = request.POST.copy()
    for name in ("csrfmiddlewaretoken", "attach"):
        sent.pop(name, None)
    others = {key: kept for key, kept in _all(request).items() if key != str(status.pk)}
    newest = [*others.items(), (str(status.pk), sent.urlencode())]
    request.session[_KEY] = dict(newest[-MOST:])


def carried(request: SignedIn, status: CriterionStatus) -> QueryDict | None:
    """What was typed of the cell, as if it were sent again; None where there is nothing."""
    kept = _all(request).get(str(status.pk))
    return None if kept is None else QueryDict(kept)


def put_down(request: SignedIn, status: CriterionStatus) -> None:
    """It was recorded: there is nothing to carry any more."""
    kept = _all(request)
    if kept.pop(str(status.pk), None) is not None:
        request.session[_KEY] = kept


def _all(request: SignedIn) -> dict[str, str]:
    return dict(request.session.get(_KEY, {}))
