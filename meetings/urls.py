"""The forms and papers of this room. The pages that show what they write are the dashboards'."""

from django.urls import path

from meetings.views import assigning, calendars, documents, minutes, sessions, tasks, visits

app_name = "meetings"

urlpatterns = [
    path("sessions/new/", sessions.new, name="session-new"),
    path("sessions/<int:pk>/edit/", sessions.edit, name="session-edit"),
    path("sessions/<int:pk>/hold/", sessions.hold, name="session-hold"),
    path("sessions/<int:pk>/publish/", sessions.publish, name="session-publish"),
    path("sessions/<int:pk>/addendum/", sessions.addendum, name="session-addendum"),
    path("sessions/<int:pk>/scan/", sessions.scan, name="session-scan"),
    path("sessions/<int:pk>/scan.pdf", sessions.scan_file, name="session-scan-file"),
    path("sessions/<int:pk>/files/new/", sessions.add_file, name="session-file-new"),
    path("sessions/<int:pk>/files/<int:file_pk>/", sessions.file, name="session-file"),
    path("sessions/<int:pk>/drop/<int:task_pk>/", sessions.drop, name="session-drop"),
    path(
        "sessions/<int:pk>/assess/<slug:slug>/<int:number>/",
        sessions.assess,
        name="session-assess",
    ),
    path("sessions/<int:pk>.ics", calendars.invitation, name="session-ics"),
    path("sessions/calendar.ics", calendars.feed, name="calendar"),
    path("sessions/calendar/renew/", calendars.renew, name="calendar-renew"),
    path("sessions/<int:pk>/minutes/", minutes.editor, name="minutes"),
    path("sessions/<int:pk>/minutes/save/", minutes.save_entry, name="entry-save"),
    path("entries/<int:pk>/delete/", minutes.delete_entry, name="entry-delete"),
    path("entries/<int:pk>/move/", minutes.move_entry, name="entry-move"),
    path("entries/<int:pk>/tasks/new/", assigning.from_entry, name="entry-task"),
    path("tasks/new/", assigning.new, name="task-new"),
    path("visits/<int:pk>/tasks/new/", assigning.from_visit, name="visit-task"),
    path("tasks/<int:pk>/progress/", tasks.progress, name="task-progress"),
    path("tasks/<int:pk>/done/", tasks.done, name="task-done"),
    path("tasks/<int:pk>/confirm/", tasks.confirm, name="task-confirm"),
    path("tasks/<int:pk>/send-back/", tasks.send_back, name="task-send-back"),
    path("tasks/<int:pk>/cancel/", tasks.cancel, name="task-cancel"),
    path("tasks/<int:pk>/day/", tasks.ask_day, name="task-day"),
    path("tasks/<int:pk>/day/answer/", tasks.answer_day, name="task-day-answer"),
    path("tasks/<int:pk>/comment/", tasks.comment, name="task-comment"),
    path("tasks/<int:pk>/person/", tasks.focal, name="task-focal"),
    path("tasks/<int:pk>/files/<int:file_pk>/", tasks.file, name="task-file"),
    path("tasks/bulk/", tasks.bulk, name="task-bulk"),
    path("visits/new/", visits.new, name="visit-new"),
    path("visits/<int:pk>/record/", visits.record, name="visit-record"),
    path("visits/<int:pk>/give-up/", visits.give_up, name="visit-give-up"),
    path("visits/<int:pk>/files/<int:file_pk>/", visits.file, name="visit-file"),
    path("sessions/<int:pk>/<slug:kind>.docx", documents.of_session, name="document"),
    path("tasks/reminder.docx", documents.reminder, name="reminder"),
    path("document-templates/<slug:kind>-<slug:form>.docx", documents.template, name="template"),
]
