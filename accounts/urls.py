from django.urls import path

from accounts import views
from accounts.views import area, notices

app_name = "accounts"

urlpatterns = [
    path("login/", views.SignInView.as_view(), name="login"),
    path("logout/", views.sign_out, name="logout"),
    path("password/", views.password_change, name="password-change"),
    path("devices/", views.devices, name="devices"),
    path("devices/<int:pk>/revoke/", views.device_revoke, name="device-revoke"),
    path("notices/", notices.notice_list, name="notices"),
    path("notices/read/", notices.read, name="notices-read"),
    path("digest/", notices.digest, name="digest"),
    path("area/", area.user_list, name="area"),
    path("area/new/", area.user_new, name="user-new"),
    path("area/<int:pk>/", area.user, name="user"),
    path("area/<int:pk>/edit/", area.user_edit, name="user-edit"),
    path("area/<int:pk>/password/", area.user_password, name="user-password"),
    path("area/<int:pk>/lock/", area.user_lock, name="user-lock"),
    path("area/<int:pk>/unlock/", area.user_unlock, name="user-unlock"),
    path("area/<int:pk>/memberships/new/", area.membership_new, name="membership-new"),
    path("memberships/<int:pk>/end/", area.membership_end, name="membership-end"),
]
