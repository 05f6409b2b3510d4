from django.urls import path

from criteria.assessments import bulk_views, recognition_views, views

urlpatterns = [
    path("communes/<slug:slug>/criteria/<number:number>/assess/", views.assess, name="assess"),
    path(
        "communes/<slug:slug>/criteria/<number:number>/own-view/", views.own_view, name="own-view"
    ),
    path("assessments/<key:pk>/correct/", views.correct, name="correct"),
    path("communes/<slug:slug>/recognition/", recognition_views.recognise, name="recognise"),
    path("recognitions/<key:pk>/revoke/", recognition_views.revoke, name="revoke"),
    path("bulk-entries/<key:pk>/undo/", bulk_views.undo, name="bulk-undo"),
    path("criteria/<number:number>/assess/", bulk_views.by_criterion, name="assess-criterion"),
    path("communes/<slug:slug>/assess/", bulk_views.by_commune, name="assess-commune"),
]
