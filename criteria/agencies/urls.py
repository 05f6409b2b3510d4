from django.urls import path

from criteria.agencies import views

urlpatterns = [path("setup/agencies/", views.agencies, name="setup-agencies")]
