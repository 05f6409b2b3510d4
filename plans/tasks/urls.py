from django.urls import path

from plans.tasks import views

urlpatterns = [
    path("plans/<slug:slug>/tasks/", views.tasks, name="plan-tasks"),
    path("plans/<slug:slug>/steps/<number:number>/task/", views.assign, name="plan-step-assign"),
    path(
        "plans/<slug:slug>/steps/<number:number>/release/", views.release, name="plan-step-release"
    ),
]
