from django.urls import path

from criteria.evidence import dossier_views, views

urlpatterns = [
    path(
        "communes/<slug:slug>/criteria/<number:number>/evidence/new/",
        views.attach,
        name="evidence-new",
    ),
    path("evidence/<key:pk>/edit/", views.edit, name="evidence-edit"),
    path("evidence/<key:pk>/replace/", views.replace, name="evidence-replace"),
    path("evidence/<key:pk>/remove/", views.remove, name="evidence-remove"),
    path("evidence/<key:pk>/file/", views.file, name="evidence-file"),
    path("evidence/<key:pk>/thumbnail/", views.thumbnail, name="evidence-thumbnail"),
    path("documents/<key:pk>/", views.document, name="stored-document"),
    path(
        "communes/<slug:slug>/dossier/<number:number>/", dossier_views.record, name="dossier-step"
    ),
    path("communes/<slug:slug>/dossier/", dossier_views.dossier, name="dossier"),
    path("communes/<slug:slug>/dossier.zip", dossier_views.archive, name="dossier-zip"),
]
