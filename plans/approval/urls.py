from django.urls import path

from plans.approval import views

urlpatterns = [
    path("plans/<slug:slug>/submit/", views.submit, name="plan-submit"),
    path("plans/<slug:slug>/approve/", views.approve, name="plan-approve"),
    path("plans/<slug:slug>/return/", views.send_back, name="plan-return"),
]
