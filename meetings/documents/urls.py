from django.urls import path

from meetings.documents import views

urlpatterns = [
    path("sessions/<int:pk>/<slug:kind>.docx", views.of_session, name="document"),
    path("tasks/reminder.docx", views.reminder, name="reminder"),
    path("document-templates/<slug:kind>-<slug:form>.docx", views.template, name="template"),
]
