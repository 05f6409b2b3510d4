from django.urls import path

from plans.resources import entry_views, views

urlpatterns = [
    path("resources/", views.resources, name="resources"),
    path("resources/<slug:slug>/", views.commune_resources, name="commune-resources"),
    path("resources/<slug:slug>/new/", entry_views.new, name="contribution-new"),
    path("resources/<slug:slug>/debts/new/", entry_views.new_debt, name="debt-new"),
    path("contributions/<key:pk>/correct/", entry_views.correct, name="contribution-correct"),
    path("debts/<key:pk>/", entry_views.restate, name="debt-restate"),
]
