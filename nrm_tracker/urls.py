"""Every address."""

from django.contrib import admin
from django.urls import include, path

from nrm_tracker.views import favicon, healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("favicon.ico", favicon),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    path("", include("criteria.urls")),
    path("", include("meetings.urls")),
    path("", include("plans.urls")),
    path("", include("dashboards.urls")),
    path("", include("training.urls")),
]
