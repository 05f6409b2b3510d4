from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunesConfig(AppConfig):
    name = "communes"
    verbose_name = _("Places and organisations")
    about = _(
        "Areas, communes with their villages, agencies, working groups: what all pages name. Only"
        " administrators change these, here or in the set-up; the coordinator may add villages."
    )
