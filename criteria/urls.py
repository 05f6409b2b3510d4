"""The forms of this room. The pages that show what they write are the dashboards'."""

from django.urls import path

from criteria.views import dossier, evidence
from criteria.views.assessing import assess, correct, own_view, recognise, revoke

app_name = "criteria"

urlpatterns = [
    path("communes/<slug:slug>/criteria/<int:number>/assess/", assess, name="assess"),
    path("communes/<slug:slug>/criteria/<int:number>/own-view/", own_view, name="own-view"),
    path("assessments/<int:pk>/correct/", correct, name="correct"),
    path("communes/<slug:slug>/recognition/", recognise, name="recognise"),
    path("recognitions/<int:pk>/revoke/", revoke, name="revoke"),
    path(
        "communes/<slug:slug>/criteria/<int:number>/evidence/new/",
        evidence.attach,
        name="evidence-new",
    ),
    path("evidence/<int:pk>/edit/", evidence.edit, name="evidence-edit"),
    path("evidence/<int:pk>/replace/", evidence.replace, name="evidence-replace"),
    path("evidence/<int:pk>/remove/", evidence.remove, name="evidence-remove"),
    path("evidence/<int:pk>/file/", evidence.file, name="evidence-file"),
    path("evidence/<int:pk>/thumbnail/", evidence.thumbnail, name="evidence-thumbnail"),
    path("documents/<int:pk>/", evidence.document, name="document"),
    path("communes/<slug:slug>/dossier/<int:number>/", dossier.record, name="dossier-step"),
]
