from django.urls import path

from criteria.measurements import views

urlpatterns = [
    path("communes/<slug:slug>/criteria/<number:number>/measure/", views.measure, name="measure"),
    path("values/<key:pk>/correct/", views.correct_value, name="correct-value"),
]
