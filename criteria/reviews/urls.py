from django.urls import path

from criteria.reviews import consistency_page, overdue_page, round_pages, views

urlpatterns = [
    path("rounds/new/", views.open_round, name="round-new"),
    path("rounds/<key:pk>/close/", views.close, name="round-close"),
    path("rounds/<key:pk>/<slug:slug>/confirm/", views.confirm, name="round-confirm"),
    path("rounds/<key:pk>/<slug:slug>/submit/", views.submit_return, name="round-submit"),
    path("rounds/", round_pages.round_list, name="rounds"),
    path("rounds/<key:pk>/", round_pages.review_round, name="round"),
    path("rounds/<key:pk>/<slug:slug>/", round_pages.round_return, name="round-return"),
    path("review/", overdue_page.review, name="overdue"),
    path("checks/", consistency_page.checks, name="consistency"),
]
