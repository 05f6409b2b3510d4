from django.urls import path

from meetings.calendars import views

urlpatterns = [
    path("sessions/<key:pk>.ics", views.invitation, name="session-ics"),
    path("sessions/calendar.ics", views.feed, name="calendar"),
    path("sessions/calendar/renew/", views.renew, name="calendar-renew"),
]
