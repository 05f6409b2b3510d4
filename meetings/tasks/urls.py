from django.urls import path

from meetings.tasks import (
    assign_views,
    bulk_views,
    drop_views,
    task_list,
    views,
)

urlpatterns = [
    path("sessions/<key:pk>/drop/<key:task_pk>/", drop_views.drop, name="session-drop"),
    path("entries/<key:pk>/tasks/new/", assign_views.from_entry, name="entry-task"),
    path("tasks/new/", assign_views.new, name="task-new"),
    path("visits/<key:pk>/tasks/new/", assign_views.from_visit, name="visit-task"),
    path("tasks/<key:pk>/undo/", assign_views.undo, name="task-undo"),
    path("tasks/<key:pk>/progress/", views.progress, name="task-progress"),
    path("tasks/<key:pk>/done/", views.done, name="task-done"),
    path("tasks/<key:pk>/confirm/", views.confirm, name="task-confirm"),
    path("tasks/<key:pk>/send-back/", views.send_back, name="task-send-back"),
    path("tasks/<key:pk>/cancel/", views.cancel, name="task-cancel"),
    path("tasks/<key:pk>/day/", views.ask_day, name="task-day"),
    path("tasks/<key:pk>/day/answer/", views.answer_day, name="task-day-answer"),
    path("tasks/<key:pk>/comment/", views.comment, name="task-comment"),
    path("tasks/<key:pk>/person/", views.focal, name="task-focal"),
    path("tasks/<key:pk>/files/<key:file_pk>/", views.file, name="task-file"),
    path("tasks/bulk/", bulk_views.bulk, name="task-bulk"),
    path("tasks/", task_list.task_list, name="tasks"),
]
