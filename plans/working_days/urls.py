from django.urls import path

from plans.working_days import views

urlpatterns = [
    path("working-days/", views.working_days, name="working-days"),
    path("working-days/new/", views.new, name="working-day-new"),
    path("working-days/<key:pk>/remove/", views.remove, name="working-day-remove"),
]
