from django.urls import path

from meetings.publication import views

urlpatterns = [path("sessions/<int:pk>/publish/", views.publish, name="session-publish")]
