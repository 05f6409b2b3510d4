from django.urls import path

from criteria.measurements import views

urlpatterns = [
    path("communes/<slug:slug>/criteria/<int:number>/measure/", views.measure, name="measure"),
    path("values/<int:pk>/correct/", views.correct_value, name="correct-value"),
]
