"""The forms of this room. The pages that show what they write are the dashboards'."""

from django.urls import path

from criteria.views import beside
from criteria.views.assessing import assess, correct, own_view, recognise, revoke

app_name = "criteria"

urlpatterns = [
    path("communes/<slug:slug>/criteria/<int:number>/assess/", assess, name="assess"),
    path("communes/<slug:slug>/criteria/<int:number>/own-view/", own_view, name="own-view"),
    path("assessments/<int:pk>/correct/", correct, name="correct"),
    path("communes/<slug:slug>/recognition/", recognise, name="recognise"),
    path("recognitions/<int:pk>/revoke/", revoke, name="revoke"),
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
]
