"""The addresses of this room, slice by slice."""

from django.urls import include, path

urlpatterns = [
    path("", include("plans.working_days.urls")),
    path("", include("plans.drafting.urls")),
    path("", include("plans.approval.urls")),
    path("", include("plans.progress.urls")),
    path("", include("plans.exchange.urls")),
    path("", include("plans.tasks.urls")),
    path("", include("plans.versions.urls")),
    path("", include("plans.road.urls")),
    path("", include("plans.comparison.urls")),
    path("", include("plans.villages.urls")),
    path("", include("plans.resources.urls")),
]
