"""What is meant by a field of the administration whose label does not say it."""

from django.utils.translation import gettext_lazy as _

USER = {
    "position": _("Stands beside the name under whatever the person enters, and in papers."),
    "phone": _("For those who keep accounts, on the page of the account."),
    "email": _("Links to a password and the daily e-mail go there."),
}
MEMBERSHIP = {
    "area": _("Only for leaders, coordinators, observers and inspectors."),
    "commune": _("Only for people of a commune."),
    "agency": _("Only for officers of an agency."),
    "working_group": _("Only for members of a working group."),
    "from_on": _("The first day on which the role holds."),
    "until_on": _("The last day; empty: without an end. Inspectors have one."),
}
PERSON = {
    "organisation": _("Where the person works, as it is to be printed."),
    "area": _("In which area the person is named as responsible."),
    "user": _("The person's account, if there is one."),
}
