"""Texts of packages that have no Vietnamese of their own, or none in our register.

They are here so that the catalogue collects them, which comes before theirs.
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
    _(
        "Deleting the %(object_name)s '%(escaped_object)s' would result in deleting related"
        " objects, but your account doesn't have permission to delete the following types of"
        " objects:"
    ),
    _(
        'Are you sure you want to delete the %(object_name)s "%(escaped_object)s"? All of the'
        " following related items will be deleted:"
    ),
    _(
        "Deleting the selected %(objects_name)s would result in deleting related objects, but your"
        " account doesn't have permission to delete the following types of objects:"
    ),
    _(
        "Are you sure you want to delete the selected %(objects_name)s? All of the following"
        " objects and their related items will be deleted:"
    ),
    _("log entry"),
    _("log entries"),
    _("Home"),
    _("Go"),
    _("Action:"),
    _(" By %(filter_title)s "),
    _("Select %s"),
    _("Select %s to change"),
    _("Select %s to view"),
    _("Add %s"),
    _("Add %(name)s"),
    _("Add another %(verbose_name)s"),
    _("Change %s"),
    _("View on site"),
    _("Recent actions"),
    _("My actions"),
    _("None available"),
    _("Select this object for an action - {}"),
    _("Select all objects on this page for an action"),
    _("Breadcrumbs"),
    _("Skip to main content"),
    _("Error:"),
    _("Added:"),
    _("Changed:"),
    _("Deleted:"),
    _("entry"),
    _("View selected %(model)s"),
    _("After you’ve created a user, you’ll be able to edit more user options."),
    _("This action will <strong>enable</strong> password-based authentication for this user."),
    _("Disable password-based authentication"),
    _("Enable password-based authentication"),
    _("Conflicting form data submitted. Please try again."),
    _("Password-based authentication was disabled."),
    _("Set password: %s"),
    _("Set password"),
    _("Reset password"),
    _(
        "Whether the user will be able to authenticate using a password or not. If disabled, they"
        " may still be able to authenticate using other backends, such as Single Sign-On or LDAP."
    ),
    _("Password-based authentication"),
    _("Enabled"),
    _("Disabled"),
    _("Raw passwords are not stored, so there is no way to see the user’s password."),
    _("Enable password-based authentication for this user by setting a password."),
    _(
        "Designates whether this user should be treated as active. Unselect this instead of"
        " deleting accounts."
    ),
    _("Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only."),
    _("active"),
    _("staff status"),
    _("Designates whether the user can log into this admin site."),
    _("superuser status"),
    _("Designates that this user has all permissions without explicitly assigning them."),
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
        "min_length",
    ),
    _("Your password can’t be too similar to your other personal information."),
    _("Your password can’t be a commonly used password."),
    _("Your password can’t be entirely numeric."),
]
ADMIN_SCRIPTS = [
    _(
        "You have unsaved changes on individual editable fields. If you run an action, your"
        " unsaved changes will be lost."
    ),
    _(
        "You have selected an action, but you haven’t saved your changes to individual fields yet."
        " Please click OK to save. You’ll need to re-run the action."
    ),
    _(
        "You have selected an action, and you haven’t made any changes on individual fields."
        " You’re probably looking for the Go button rather than the Save button."
    ),
]
