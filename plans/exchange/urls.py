from django.urls import path

from plans.exchange import views

urlpatterns = [
    path("plans/<slug:slug>.xlsx", views.workbook, name="plan-workbook"),
    path("plans/<slug:slug>.xml", views.project_file, name="plan-project-file"),
    path("plans/<slug:slug>/import/", views.take_in, name="plan-import"),
]
