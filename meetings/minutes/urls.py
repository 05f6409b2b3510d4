from django.urls import path

from meetings.minutes import views

urlpatterns = [
    path("sessions/<key:pk>/minutes/", views.editor, name="minutes"),
    path("sessions/<key:pk>/minutes/save/", views.save_entry, name="entry-save"),
    path("entries/<key:pk>/delete/", views.delete_entry, name="entry-delete"),
    path("entries/<key:pk>/move/", views.move_entry, name="entry-move"),
]
