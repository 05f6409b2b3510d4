from axes.apps import AppConfig as AxesConfig
from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.urls import register_converter
from django.utils.translation import gettext_lazy as _

from nrm_tracker.converters import KeyConverter, NumberConverter


class NrmTrackerConfig(AppConfig):
    default = True
    name = "nrm_tracker"
    verbose_name = _("NRM Tracker")

    def ready(self) -> None:
        register_converter(KeyConverter, "key")
        register_converter(NumberConverter, "number")


class AdminConfig(admin_apps.AdminConfig):
    """Django's administration, on a site that makes pages stale when it writes."""

    default = False
    default_site = "nrm_tracker.admin.Site"


class SignInsConfig(AxesConfig):
    """The package that counts wrong passwords, named by what it keeps."""

    default = False
    verbose_name = _("Sign-ins")
