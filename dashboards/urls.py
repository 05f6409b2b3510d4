from django.urls import path

from dashboards.views import communes, criteria, dossier, home, people, search

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
]
