from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NrmTrackerConfig(AppConfig):
    name = "nrm_tracker"
    verbose_name = _("NRM Tracker")
