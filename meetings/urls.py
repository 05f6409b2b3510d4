"""The addresses of this room, slice by slice."""

from django.urls import include, path

urlpatterns = [
    path("", include("meetings.sessions.urls")),
    path("", include("meetings.minutes.urls")),
    path("", include("meetings.tasks.urls")),
    path("", include("meetings.visits.urls")),
    path("", include("meetings.documents.urls")),
    path("", include("meetings.publication.urls")),
    path("", include("meetings.calendars.urls")),
]
