from django.urls import path

from criteria.evidence import dossier_views, views

urlpatterns = [
    path(
        "communes/<slug:slug>/criteria/<int:number>/evidence/new/",
        views.attach,
        name="evidence-new",
    ),
    path("evidence/<int:pk>/edit/", views.edit, name="evidence-edit"),
    path("evidence/<int:pk>/replace/", views.replace, name="evidence-replace"),
    path("evidence/<int:pk>/remove/", views.remove, name="evidence-remove"),
    path("evidence/<int:pk>/file/", views.file, name="evidence-file"),
    path("evidence/<int:pk>/thumbnail/", views.thumbnail, name="evidence-thumbnail"),
    path("documents/<int:pk>/", views.document, name="stored-document"),
    path("communes/<slug:slug>/dossier/<int:number>/", dossier_views.record, name="dossier-step"),
    path("communes/<slug:slug>/dossier/", dossier_views.dossier, name="dossier"),
    path("communes/<slug:slug>/dossier.zip", dossier_views.archive, name="dossier-zip"),
]
