from django.urls import path

from plans.versions import views

urlpatterns = [
    path("plans/<slug:slug>/versions/", views.versions, name="plan-versions"),
    path("plans/<slug:slug>/versions/<number:number>/", views.version, name="plan-version"),
]
