from django.urls import path

from meetings.sessions import convening_views, views

urlpatterns = [
    path("sessions/new/", convening_views.new, name="session-new"),
    path("sessions/<key:pk>/call-off/", views.call_off, name="session-call-off"),
    path("sessions/<key:pk>/delete/", views.delete, name="session-delete"),
    path("sessions/<key:pk>/addendum/", views.addendum, name="session-addendum"),
    path("sessions/<key:pk>/scan/", views.scan, name="session-scan"),
    path("sessions/<key:pk>/scan.pdf", views.scan_file, name="session-scan-file"),
    path(
        "sessions/<key:pk>/scans/<key:addendum_pk>.pdf", views.scan_file, name="session-older-scan"
    ),
    path("sessions/<key:pk>/files/new/", views.add_file, name="session-file-new"),
    path("sessions/<key:pk>/files/<key:file_pk>/", views.file, name="session-file"),
    path(
        "sessions/<key:pk>/assess/<slug:slug>/<number:number>/", views.assess, name="session-assess"
    ),
]
