"""The forms of this room. The pages that show what they write are the dashboards'."""

from django.urls import path

from criteria.views import beside, bulk, dossier, evidence, rounds, sheets
from criteria.views.assessing import assess, correct, own_view, recognise, revoke
from criteria.views.claims import claim, send_back, withdraw, word
from criteria.views.values import correct_value, measure

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
    path("communes/<slug:slug>/difficulties/new/", beside.new_difficulty, name="difficulty-new"),
    path("difficulties/<int:pk>/resolve/", beside.resolve, name="difficulty-resolve"),
    path("communes/<slug:slug>/charges/new/", beside.new_charge, name="charge-new"),
    path("charges/<int:pk>/end/", beside.end_charge, name="charge-end"),
    path(
        "communes/<slug:slug>/criteria/<int:number>/comments/new/",
        beside.new_comment,
        name="comment-new",
    ),
    path("comments/<int:pk>/edit/", beside.edit_comment, name="comment-edit"),
    path("comments/<int:pk>/take-back/", beside.take_back_comment, name="comment-take-back"),
    path("rounds/new/", rounds.open_round, name="round-new"),
    path("rounds/<int:pk>/close/", rounds.close, name="round-close"),
    path("rounds/<int:pk>/<slug:slug>/confirm/", rounds.confirm, name="round-confirm"),
    path("rounds/<int:pk>/<slug:slug>/submit/", rounds.submit_return, name="round-submit"),
    path("criteria/<int:number>/assess/", bulk.by_criterion, name="assess-criterion"),
    path("communes/<slug:slug>/assess/", bulk.by_commune, name="assess-commune"),
    path("communes/<slug:slug>/sheet.xlsx", sheets.download, name="sheet-file"),
    path("communes/<slug:slug>/sheet/", sheets.sheet, name="sheet"),
    path("communes/<slug:slug>/criteria/<int:number>/claim/", claim, name="claim"),
    path("claims/<int:pk>/word/", word, name="word"),
    path("claims/<int:pk>/return/", send_back, name="send-back"),
    path("claims/<int:pk>/withdraw/", withdraw, name="withdraw"),
    path("communes/<slug:slug>/criteria/<int:number>/measure/", measure, name="measure"),
    path("values/<int:pk>/correct/", correct_value, name="correct-value"),
]
