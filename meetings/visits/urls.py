from django.urls import path

from meetings.visits import views, visit_list, working_group_page

urlpatterns = [
    path("visits/new/", views.new, name="visit-new"),
    path("visits/<key:pk>/record/", views.record, name="visit-record"),
    path("visits/<key:pk>/give-up/", views.give_up, name="visit-give-up"),
    path("visits/<key:pk>/files/<key:file_pk>/", views.file, name="visit-file"),
    path("visits/", visit_list.visit_list, name="visits"),
    path("visits/<key:pk>/", views.visit, name="visit"),
    path("working-groups/<key:pk>/", working_group_page.working_group, name="working-group"),
]
