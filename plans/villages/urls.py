from django.urls import path

from plans.villages import entry_views, views

urlpatterns = [
    path("villages/", views.villages, name="villages"),
    path("villages/targets/", views.targets, name="village-targets"),
    path("villages/targets/new/", entry_views.new_target, name="village-target-new"),
    path("villages/<slug:slug>/", views.commune_villages, name="commune-villages"),
    path("villages/<slug:slug>/results/", entry_views.results, name="village-results"),
    path("villages/<slug:slug>/<key:pk>/", views.village, name="village"),
    path("villages/<slug:slug>/<key:pk>/results/", entry_views.own_results, name="village-own"),
    path("villages/<slug:slug>/<key:pk>/step/", entry_views.step, name="village-step"),
    path("villages/<slug:slug>/<key:pk>/figures/", entry_views.figures, name="village-figures"),
    path("villages/<slug:slug>/<key:pk>/gardens/", entry_views.garden, name="garden-new"),
    path("village-steps/<key:pk>/take-back/", entry_views.take_back, name="village-step-take-back"),
    path("gardens/<key:pk>/off-list/", entry_views.off_list, name="garden-off-list"),
    path(
        "communes/<slug:slug>/criteria/<number:number>/from-villages/",
        entry_views.take_over,
        name="cell-from-villages",
    ),
]
