from django.urls import path

from meetings.tasks import (
    assign_views,
    bulk_views,
    carry_over_views,
    task_list,
    task_page,
    views,
)

urlpatterns = [
    path("sessions/<int:pk>/hold/", carry_over_views.hold, name="session-hold"),
    path("sessions/<int:pk>/drop/<int:task_pk>/", carry_over_views.drop, name="session-drop"),
    path("entries/<int:pk>/tasks/new/", assign_views.from_entry, name="entry-task"),
    path("tasks/new/", assign_views.new, name="task-new"),
    path("visits/<int:pk>/tasks/new/", assign_views.from_visit, name="visit-task"),
    path("tasks/<int:pk>/progress/", views.progress, name="task-progress"),
    path("tasks/<int:pk>/done/", views.done, name="task-done"),
    path("tasks/<int:pk>/confirm/", views.confirm, name="task-confirm"),
    path("tasks/<int:pk>/send-back/", views.send_back, name="task-send-back"),
    path("tasks/<int:pk>/cancel/", views.cancel, name="task-cancel"),
    path("tasks/<int:pk>/day/", views.ask_day, name="task-day"),
    path("tasks/<int:pk>/day/answer/", views.answer_day, name="task-day-answer"),
    path("tasks/<int:pk>/comment/", views.comment, name="task-comment"),
    path("tasks/<int:pk>/person/", views.focal, name="task-focal"),
    path("tasks/<int:pk>/files/<int:file_pk>/", views.file, name="task-file"),
    path("tasks/bulk/", bulk_views.bulk, name="task-bulk"),
    path("tasks/", task_list.task_list, name="tasks"),
    path("tasks/<int:pk>/", task_page.task, name="task"),
]
