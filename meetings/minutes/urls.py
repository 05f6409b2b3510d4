from django.urls import path

from meetings.minutes import views

urlpatterns = [
    path("sessions/<int:pk>/minutes/", views.editor, name="minutes"),
    path("sessions/<int:pk>/minutes/save/", views.save_entry, name="entry-save"),
    path("entries/<int:pk>/delete/", views.delete_entry, name="entry-delete"),
    path("entries/<int:pk>/move/", views.move_entry, name="entry-move"),
]
