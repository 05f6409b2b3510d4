from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from meetings.models import Task, TaskUpdate


class PlansConfig(AppConfig):
    name = "plans"
    verbose_name = _("Plans")
    about = _(
        "The working days of the whole country, the usual steps of criteria, and what is asked of"
        " model villages and gardens: only administrators change these. Plans, villages and"
        " resources are written on their own pages."
    )

    def task_written(self, task: "Task", update: "TaskUpdate") -> None:
        """A step of a plan that is this task follows it (`meetings.tasks.updates`)."""
        from plans.tasks.following import follow

        follow(task, update)

    def trigger_names(self) -> list[str]:
        """The guards of this room's history (rule 5), which must stand in the database."""
        from criteria.models.append_only import names
        from plans.models.append_only import TABLES

        return [name for table in TABLES for name in names(table)]
