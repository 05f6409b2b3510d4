from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class NrmTrackerConfig(AppConfig):
    default = True
    name = "nrm_tracker"
    verbose_name = _("NRM Tracker")


class AdminConfig(admin_apps.AdminConfig):
    """Django's administration, on a site that makes pages stale when it writes."""

    default = False
    default_site = "nrm_tracker.admin.Site"
