from django.urls import path

from plans.progress import views

urlpatterns = [
    path("plans/<slug:slug>/report/", views.report, name="plan-report"),
]
