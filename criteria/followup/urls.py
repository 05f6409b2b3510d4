from django.urls import path

from criteria.followup import difficulty_list, views

urlpatterns = [
    path("communes/<slug:slug>/difficulties/new/", views.new_difficulty, name="difficulty-new"),
    path("difficulties/<key:pk>/resolve/", views.resolve, name="difficulty-resolve"),
    path("communes/<slug:slug>/charges/new/", views.new_charge, name="charge-new"),
    path("charges/<key:pk>/end/", views.end_charge, name="charge-end"),
    path(
        "communes/<slug:slug>/criteria/<number:number>/comments/new/",
        views.new_comment,
        name="comment-new",
    ),
    path("comments/<key:pk>/edit/", views.edit_comment, name="comment-edit"),
    path("comments/<key:pk>/take-back/", views.take_back_comment, name="comment-take-back"),
    path("difficulties/", difficulty_list.difficulty_list, name="difficulties"),
]
