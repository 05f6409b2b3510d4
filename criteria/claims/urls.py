from django.urls import path

from criteria.claims import views

urlpatterns = [
    path("communes/<slug:slug>/criteria/<number:number>/claim/", views.claim, name="claim"),
    path("claims/<key:pk>/word/", views.word, name="word"),
    path("claims/<key:pk>/return/", views.send_back, name="send-back"),
    path("claims/<key:pk>/undo/", views.undo, name="claim-undo"),
    path("claims/<key:pk>/withdraw/", views.withdraw, name="withdraw"),
]
