"""Accounts in the administration pages, and their sign-in, which is everybody's own."""

from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth import models as auth_models
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm, UserChangeForm
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from accounts import admin_helps
from accounts.access import SignedIn
from accounts.models import (
    Acting,
    DailyMail,
    Device,
    Membership,
    PasswordLetter,
    Person,
    Right,
    User,
)
from accounts.sign_in import views
from nrm_tracker.admin import Lines, LoggedAdmin, ReadOnlyAdmin, SearchKeyAdmin
from nrm_tracker.dated_names import in_one_line
from nrm_tracker.dated_names_form import WHY_RENAMED, DatedNamesForm


@never_cache
def sign_in(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    """To the one page on which people sign in; 403 for who signed in and is no administrator."""
    target = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}):
        target = reverse("admin:index")
    if not request.user.is_authenticated:
        return redirect_to_login(target)
    if not admin.site.has_permission(request):
        raise PermissionDenied
    return redirect(target)


sign_in.login_required = False  # type: ignore[attr-defined]


def change_password(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    return redirect("accounts:password-change")


def sign_out(request: SignedIn, extra_context: Any = None) -> HttpResponse:
    return views.sign_out(request)


admin.site.login = sign_in  # type: ignore[method-assign]
admin.site.logout = sign_out  # type: ignore[assignment, method-assign]
admin.site.password_change = change_password  # type: ignore[assignment, method-assign]
admin.site.site_title = _("NRM Tracker")
admin.site.site_header = _("System administration")
admin.site.index_title = _("Reference data and accounts")
admin.site.unregister(auth_models.Group)


class AdminNewUserForm(AdminUserCreationForm):
    """Who types another's password makes a first one."""

    class Meta(AdminUserCreationForm.Meta):
        model = User

    def save(self, commit: bool = True) -> User:
        self.instance.must_change_password = True
        user: User = super().save(commit)
        return user


class GivenPasswordForm(AdminPasswordChangeForm):
    def save(self, commit: bool = True) -> User:
        self.user.must_change_password = True
        user: User = super().save(commit)
        return user


class EditUserForm(DatedNamesForm, UserChangeForm):
    class Meta(UserChangeForm.Meta):
        model = User


class MembershipInline(Lines):
    helps = admin_helps.MEMBERSHIP
    model = Membership
    autocomplete_fields = ["area", "commune", "agency", "working_group"]


@admin.register(User)
class UserAdmin(SearchKeyAdmin, DjangoUserAdmin):
    helps = admin_helps.USER
    form = EditUserForm
    add_form = AdminNewUserForm
    change_password_form = GivenPasswordForm
    list_display = ["full_name", "username", "position", "is_active", "is_staff", "last_login"]
    list_display_links = ["full_name", "username"]
    list_filter = ["is_active", "is_staff", "is_superuser", "memberships__role"]
    ordering = ["sort_key", "username"]
    readonly_fields = ["last_login", "date_joined"]
    filter_horizontal = []
    inlines = [MembershipInline]
    fieldsets = [
        (None, {"fields": ["username", "password", "must_change_password"]}),
        (_("Person"), {"fields": ["full_name", "position", *WHY_RENAMED, "phone", "email"]}),
        (_("Access"), {"fields": ["is_active", "is_staff", "is_superuser"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "usable_password", "password1", "password2"]}),
        (_("Person"), {"fields": ["full_name", "position", "phone", "email"]}),
    ]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Membership)
class MembershipAdmin(LoggedAdmin):
    helps = admin_helps.MEMBERSHIP
    list_display = ["user", "role", "area", "commune", "agency", "working_group"]
    list_filter = ["role", "area"]
    list_select_related = ["user", "area", "commune__area", "agency__area", "working_group__area"]
    search_fields = ["user__search_key", "user__username"]
    autocomplete_fields = ["user", "area", "commune", "agency", "working_group"]
    date_hierarchy = "from_on"


@admin.register(Person)
class PersonAdmin(SearchKeyAdmin):
    helps = admin_helps.PERSON
    form = DatedNamesForm
    list_display = ["full_name", "position", "organisation", "phone", "area", "user"]
    list_filter = ["area"]
    list_select_related = ["area", "user"]
    autocomplete_fields = ["area", "user"]


@admin.register(Acting)
class ActingAdmin(ReadOnlyAdmin):
    """Who acted for whom; recorded on the page of the account (`accounts.acting`)."""

    list_display = ["begins_at", "ends_at", "user", "post", "reason", "recorded_by"]
    list_select_related = ["user", "recorded_by", "post__user", "post__area", "post__commune"]
    search_fields = ["user__search_key", "post__user__search_key"]
    date_hierarchy = "begins_at"


@admin.register(Right)
class RightAdmin(ReadOnlyAdmin):
    """What was given to a role or taken; changed in the table of rights (`accounts.rights`)."""

    list_display = ["ability", "role", "is_given"]
    list_filter = ["role"]


@admin.register(Device)
class DeviceAdmin(ReadOnlyAdmin):
    """Without the key: whoever reads a session's key can sign in with it."""

    list_display = ["user", "name", "signed_in_at", "last_seen_at", "revoked_at"]
    list_select_related = ["user"]
    fields = ["user", "name", "signed_in_at", "last_seen_at", "revoked_at"]
    search_fields = ["user__search_key"]


@admin.register(DailyMail)
class DailyMailAdmin(ReadOnlyAdmin):
    """Whom the e-mail of a day reached, and why it did not."""

    list_display = ["day", "user", "state", "at", "reason"]
    list_filter = ["state"]
    list_select_related = ["user"]
    search_fields = ["user__search_key"]
    date_hierarchy = "day"


@admin.register(PasswordLetter)
class PasswordLetterAdmin(ReadOnlyAdmin):
    """Whom an e-mail with a link to a password reached, and why it did not."""

    list_display = ["asked_at", "kind", "user", "state", "at", "reason"]
    list_filter = ["kind", "state"]
    list_select_related = ["user"]
    search_fields = ["user__search_key"]
    date_hierarchy = "asked_at"


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    """Who changed what."""

    list_display = ["action_time", "by", "content_type", "object_repr", "get_change_message"]
    list_filter = ["action_flag", "content_type"]
    list_select_related = ["user", "content_type"]
    search_fields = ["object_repr", "user__username", "user__search_key"]
    date_hierarchy = "action_time"

    @admin.display(description=_("user"), ordering="user")
    def by(self, entry: LogEntry) -> str:
        return in_one_line(entry.user.named_on(entry.action_time).names)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {"title": _("Who changed what"), **(extra_context or {})}
        return super().changelist_view(request, context)


class SignInAdmin(ReadOnlyAdmin):
    """What the sign-in keeps for itself: looked at here, and deleted by nobody."""

    search_fields = ["username", "ip_address"]
    date_hierarchy = "attempt_time"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.list_display


@admin.register(AccessLog)
class AccessLogAdmin(SignInAdmin):
    list_display = ["attempt_time", "username", "ip_address", "user_agent", "logout_time"]


@admin.register(AccessFailureLog)
class AccessFailureLogAdmin(SignInAdmin):
    list_display = ["attempt_time", "username", "ip_address", "user_agent", "locked_out"]
    list_filter = ["locked_out"]


@admin.register(AccessAttempt)
class AccessAttemptAdmin(SignInAdmin):
    """Who is locked out now; the coordinator unlocks (`accounts.area_accounts`)."""

    list_display = ["attempt_time", "username", "ip_address", "failures_since_start"]
