"""The addresses of this room, slice by slice. Their names begin with the room's."""

from django.urls import include, path

app_name = "meetings"

urlpatterns = [
    path("", include("meetings.sessions.urls")),
    path("", include("meetings.minutes.urls")),
    path("", include("meetings.tasks.urls")),
    path("", include("meetings.visits.urls")),
    path("", include("meetings.documents.urls")),
    path("", include("meetings.calendars.urls")),
]
