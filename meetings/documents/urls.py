from django.urls import path

from meetings.documents import views

urlpatterns = [
    path(
        "sessions/<key:pk>/minutes-with-addenda.docx",
        views.with_addenda,
        name="minutes-with-addenda",
    ),
    path("sessions/<key:pk>/<slug:kind>.docx", views.of_session, name="session-paper"),
    path("tasks/reminder.docx", views.reminder, name="reminder"),
    path(
        "document-templates/<slug:kind>-<slug:form>.docx", views.template, name="document-template"
    ),
]
