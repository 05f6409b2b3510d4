from django.urls import path

from plans.road import views

urlpatterns = [
    path("plans/<slug:slug>/", views.plan, name="plan"),
]
