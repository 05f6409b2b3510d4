from django.urls import path

from criteria.imports import views

urlpatterns = [
    path("imports/", views.imports, name="imports"),
    path("imports/<key:pk>/", views.run, name="import-run"),
    path("imports/<key:pk>/sheet/", views.sheet, name="import-sheet"),
    path("imports/<key:pk>/columns/", views.columns, name="import-columns"),
    path("imports/<key:pk>/basis/", views.basis, name="import-basis"),
    path("imports/<key:pk>/words/", views.words, name="import-words"),
    path("imports/<key:pk>/preview/", views.preview, name="import-preview"),
    path("imports/<key:pk>/discard/", views.discard, name="import-discard"),
    path("imports/<key:pk>/undo/", views.undo, name="import-undo"),
]
