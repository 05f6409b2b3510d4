from django.urls import path

from criteria.claims import views

urlpatterns = [
    path("communes/<slug:slug>/criteria/<int:number>/claim/", views.claim, name="claim"),
    path("claims/<int:pk>/word/", views.word, name="word"),
    path("claims/<int:pk>/return/", views.send_back, name="send-back"),
    path("claims/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]
