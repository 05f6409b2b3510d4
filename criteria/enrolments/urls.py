from django.urls import path

from criteria.enrolments import views

urlpatterns = [
    path("enrolments/", views.enrolment_list, name="enrolments"),
    path("enrolments/new/", views.enrol, name="enrol"),
    path("enrolments/<key:pk>/", views.enrolment, name="enrolment"),
    path("enrolments/<key:pk>/target/", views.move_target, name="enrolment-target"),
    path("communes/<slug:slug>/group/", views.commune_group, name="commune-group"),
    path("enrolments/<key:pk>/close/", views.close, name="enrolment-close"),
]
