from django.urls import path

from criteria.workbook import views

urlpatterns = [
    path("communes/<slug:slug>/sheet.xlsx", views.download, name="sheet-file"),
    path("communes/<slug:slug>/sheet/", views.sheet, name="sheet"),
]
