"""Texts of packages that have no Vietnamese of their own, or none in our register.

Nothing imports this: it is here so that the catalogue collects them, which comes before theirs.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

IMPORT_EXPORT = [
    _("Import"),
    _("Export"),
    _("Export selected %(verbose_name_plural)s"),
    _("File to import"),
    _("Format"),
    _("Resource"),
    _("Confirm import"),
    _(
        "Below is a preview of data to be imported. If you are satisfied with the results,"
        " click 'Confirm import'"
    ),
    _("This importer will import the following fields: "),
    _("This exporter will export the following fields: "),
    _("Submit"),
    _("Select all"),
    _("Errors"),
    _("Line number"),
    _("Some rows failed to validate"),
    _(
        "Please correct these errors in your data where possible, then reupload it using the"
        " form above."
    ),
    _("Row"),
    _("Non field specific"),
    _("Preview"),
    _("New"),
    _("Skipped"),
    _("Delete"),
    _("Update"),
]
AXES = [
    _("access attempt"),
    _("access attempts"),
    _("access attempt expiration"),
    _("access attempt expirations"),
    _("access failure"),
    _("access failures"),
    _("access log"),
    _("access logs"),
    _("Attempt Time"),
    _("Failed Logins"),
    _("IP Address"),
    _("Logout Time"),
    _("User Agent"),
]
DJANGO = [
    _("This field is required."),
    _("Null characters are not allowed."),
    _("Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
    ngettext_lazy("Please correct the error below.", "Please correct the errors below."),
    _("Welcome,"),
    _("Are you sure?"),
    _("Delete?"),
    _("You don’t have permission to view or edit anything."),
    _("You may edit it again below."),
    _("The {name} “{obj}” was changed successfully. You may edit it again below."),
    _("The {name} “{obj}” was added successfully. You may edit it again below."),
    _("The {name} “{obj}” was added successfully. You may add another {name} below."),
    _("The {name} “{obj}” was changed successfully. You may add another {name} below."),
    _(
        "Are you sure you want to delete the %(object_name)s “%(escaped_object)s”? All of the"
        " following related items will be deleted:"
    ),
    _("Show counts"),
    _("Hide counts"),
]
