from django.urls import path

from criteria.standards import views

urlpatterns = [
    path("setup/sets/", views.sets, name="setup-sets"),
    path("criteria-sets/<slug:code>/indicators.xlsx", views.scale_file, name="scale-file"),
    path("criteria-sets/<slug:code>/indicators/", views.scale, name="scale"),
]
