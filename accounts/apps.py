from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")
    about = _(
        "Accounts, what each may do and where, and people without an account. The coordinator"
        " keeps accounts and roles of the own area on its own page. Sign-ins, e-mails sent and who"
        " changed what are written by the application."
    )
