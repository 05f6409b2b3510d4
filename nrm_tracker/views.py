from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from nrm_tracker.version import VERSION


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers, and in which version. It asks no database: a slow disk must not take
    the service out."""
    return HttpResponse(f"ok {VERSION}".rstrip(), content_type="text/plain")


@login_not_required
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for this name on pages that name no icon, as those of the administration."""
    return redirect(static("favicon.svg"), permanent=True)
