from django.urls import path

from meetings.publication import views

urlpatterns = [path("sessions/<key:pk>/publish/", views.publish, name="session-publish")]
