"""The pages over several rooms."""

from django.urls import path

from dashboards.cell import views as cell
from dashboards.commune import views as commune
from dashboards.criterion import views as criterion
from dashboards.help import views as help_views
from dashboards.inbox import views as inbox
from dashboards.overview import views as overview
from dashboards.person import views as person
from dashboards.search import views as search
from dashboards.session import holding, presenting
from dashboards.session import views as session
from dashboards.setup import area_views as setup_area
from dashboards.setup import communes_views as setup_communes
from dashboards.setup import views as setup
from dashboards.start import views as start
from dashboards.styleguide import views as styleguide
from dashboards.task import views as task
from dashboards.timeline import views as timeline
from dashboards.villages import views as villages

urlpatterns = [
    path("", overview.home, name="home"),
    path("start/", start.start, name="start"),
    path("communes/", overview.commune_list, name="communes"),
    path("communes/<slug:slug>/", commune.commune, name="commune"),
    path("communes/<slug:slug>/criteria/<number:number>/", cell.cell, name="cell"),
    path("criteria/", criterion.criterion_list, name="criteria"),
    path("criteria/<number:number>/", criterion.criterion, name="criterion"),
    path("sessions/", session.session_list, name="sessions"),
    path("sessions/<key:pk>/", session.session, name="session"),
    path("sessions/<key:pk>/edit/", holding.edit, name="session-edit"),
    path("sessions/<key:pk>/hold/", holding.hold, name="session-hold"),
    path("sessions/<key:pk>/briefing/<slug:slug>/", session.briefing, name="briefing"),
    path("sessions/<key:pk>/screen/", presenting.screen, name="screen"),
    path("sessions/<key:pk>/present/", presenting.present, name="present"),
    path("tasks/<key:pk>/", task.task, name="task"),
    path("me/", inbox.me, name="me"),
    path("people/<key:pk>/", person.person, name="person"),
    path("communes/<slug:slug>/history/", timeline.commune_history, name="commune-history"),
    path(
        "communes/<slug:slug>/criteria/<number:number>/history/",
        timeline.cell_history,
        name="cell-history",
    ),
    path("criteria/<number:number>/history/", timeline.criterion_history, name="criterion-history"),
    path("search/", search.search, name="search"),
    path("help/", help_views.help_index, name="help"),
    path("help/tour/", help_views.tour, name="help-tour"),
    path("help/tour/anew/", help_views.tour_anew, name="help-tour-anew"),
    path("help/tour/<number:number>/", help_views.tour_open, name="help-tour-open"),
    path("help/booklet/", help_views.booklet, name="help-booklet"),
    path("help/booklet.pdf", help_views.booklet_pdf, name="help-booklet-pdf"),
    path("help/<slug:slug>/", help_views.help_page, name="help-page"),
    path("setup/", setup.setup, name="setup"),
    path("setup/area/", setup_area.area, name="setup-area"),
    path("setup/area/new/", setup_area.area_new, name="setup-area-new"),
    path("setup/area/<slug:level>/<slug:code>/", setup_area.area_unit, name="setup-area-unit"),
    path("setup/communes/", setup_communes.communes, name="setup-communes"),
    path("setup/communes/new/", setup_communes.commune_new, name="setup-commune-new"),
    path("setup/communes/missing/", setup_communes.communes_missing, name="setup-communes-missing"),
    path("setup/villages/", villages.villages, name="setup-villages"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
]
