from django.urls import path

from plans.drafting import views

urlpatterns = [
    path("plans/<slug:slug>/begin/", views.begin, name="plan-begin"),
    path("plans/<slug:slug>/table/", views.table, name="plan-table"),
    path("plans/<slug:slug>/paste/", views.paste, name="plan-paste"),
    path("plans/<slug:slug>/steps/<number:number>/", views.step, name="plan-step"),
]
