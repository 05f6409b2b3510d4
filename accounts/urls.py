from django.urls import path

from accounts.acting import views as acting
from accounts.area_accounts import views as area_accounts
from accounts.chosen_area import views as chosen_area
from accounts.first_passwords.views import first_passwords, invite, print_slips
from accounts.many_accounts.views import many_new
from accounts.notifications import views as notifications
from accounts.rights import views as rights
from accounts.sign_in import link_views
from accounts.sign_in import views as sign_in

app_name = "accounts"

urlpatterns = [
    path("login/", sign_in.SignInView.as_view(), name="login"),
    path("logout/", sign_in.sign_out, name="logout"),
    path("password/", sign_in.password_change, name="password-change"),
    path("forgotten/", link_views.forgotten, name="forgotten"),
    path("forgotten/sent/", link_views.forgotten_sent, name="forgotten-sent"),
    path("link/<str:uid>/<str:token>/", link_views.link, name="link"),
    path("devices/", sign_in.devices, name="devices"),
    path("devices/<key:pk>/revoke/", sign_in.device_revoke, name="device-revoke"),
    path("notices/", notifications.notice_list, name="notices"),
    path("notices/read/", notifications.read, name="notices-read"),
    path("digest/", notifications.digest, name="digest"),
    path("areas/", chosen_area.area_list, name="areas"),
    path("areas/choose/", chosen_area.choose, name="choose-area"),
    path("rights/", rights.rights, name="rights"),
    path("rights/<slug:ability>/<slug:role>/", rights.right_change, name="right"),
    path("area/", area_accounts.user_list, name="area"),
    path("area/new/", area_accounts.user_new, name="user-new"),
    path("area/many/", many_new, name="many-new"),
    path("area/first-passwords/", first_passwords, name="first-passwords"),
    path("area/first-passwords/slips.pdf", print_slips, name="slips"),
    path("area/first-passwords/invite/", invite, name="invite"),
    path("area/<key:pk>/", area_accounts.user, name="user"),
    path("area/<key:pk>/edit/", area_accounts.user_edit, name="user-edit"),
    path("area/<key:pk>/password/", area_accounts.user_password, name="user-password"),
    path("area/<key:pk>/lock/", area_accounts.user_lock, name="user-lock"),
    path("area/<key:pk>/unlock/", area_accounts.user_unlock, name="user-unlock"),
    path("area/<key:pk>/memberships/new/", area_accounts.membership_new, name="membership-new"),
    path("area/<key:pk>/acting/new/", acting.acting_new, name="acting-new"),
    path("acting/<key:pk>/end/", acting.acting_end, name="acting-end"),
    path("memberships/<key:pk>/end/", area_accounts.membership_end, name="membership-end"),
]
