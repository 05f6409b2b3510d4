from django.urls import path

from meetings.sessions import convening_views, views

urlpatterns = [
    path("sessions/new/", convening_views.new, name="session-new"),
    path("sessions/<int:pk>/edit/", convening_views.edit, name="session-edit"),
    path("sessions/<int:pk>/addendum/", views.addendum, name="session-addendum"),
    path("sessions/<int:pk>/scan/", views.scan, name="session-scan"),
    path("sessions/<int:pk>/scan.pdf", views.scan_file, name="session-scan-file"),
    path(
        "sessions/<int:pk>/scans/<int:addendum_pk>.pdf", views.scan_file, name="session-older-scan"
    ),
    path("sessions/<int:pk>/files/new/", views.add_file, name="session-file-new"),
    path("sessions/<int:pk>/files/<int:file_pk>/", views.file, name="session-file"),
    path("sessions/<int:pk>/assess/<slug:slug>/<int:number>/", views.assess, name="session-assess"),
]
