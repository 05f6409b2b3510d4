from django.urls import path

from plans.comparison import views

urlpatterns = [
    path("plans/", views.plans, name="plans"),
]
