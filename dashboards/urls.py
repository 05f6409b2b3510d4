from django.urls import path

from dashboards.views import (
    checks,
    communes,
    criteria,
    difficulties,
    dossier,
    home,
    people,
    review,
    rounds,
    search,
    timelines,
)

app_name = "dashboards"

urlpatterns = [
    path("", home.home, name="home"),
    path("communes/", communes.commune_list, name="communes"),
    path("communes/<slug:slug>/", communes.commune, name="commune"),
    path("communes/<slug:slug>/criteria/<int:number>/", communes.cell, name="cell"),
    path("criteria/", criteria.criterion_list, name="criteria"),
    path("criteria/<int:number>/", criteria.criterion, name="criterion"),
    path("me/", people.me, name="me"),
    path("people/<int:pk>/", people.person, name="person"),
    path("search/", search.search, name="search"),
    path("styleguide/", search.styleguide, name="styleguide"),
    path("communes/<slug:slug>/dossier/", dossier.dossier, name="dossier"),
    path("communes/<slug:slug>/dossier.zip", dossier.archive, name="archive"),
    path("difficulties/", difficulties.difficulty_list, name="difficulties"),
    path("communes/<slug:slug>/history/", timelines.commune_history, name="commune-history"),
    path(
        "communes/<slug:slug>/criteria/<int:number>/history/",
        timelines.cell_history,
        name="cell-history",
    ),
    path("criteria/<int:number>/history/", timelines.criterion_history, name="criterion-history"),
    path("rounds/", rounds.round_list, name="rounds"),
    path("rounds/<int:pk>/", rounds.review_round, name="round"),
    path("rounds/<int:pk>/<slug:slug>/", rounds.round_return, name="round-return"),
    path("review/", review.review, name="review"),
    path("checks/", checks.checks, name="checks"),
]
