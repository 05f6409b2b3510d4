"""Settings for the suite: those of the demo, on its day, whatever the shell says."""

import os

for name in (
    "ADMIN_PASSWORD",
    "ADMIN_USERNAME",
    "ALLOWED_HOSTS",
    "BEHIND_PROXY",
    "CSRF_TRUSTED_ORIGINS",
    "DEBUG",
    "HTTPS",
):
    os.environ.pop(name, None)
os.environ |= {
    "SECRET_KEY": "only-for-tests",
    "DEMO_MODE": "1",
    "DEMO_DAY": "2020-09-15",
    "DEMO_PASSWORD": "nongthonmoi-2020",
    "COORDINATOR_PHONE": "",
}

from nrm_tracker.settings import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Nothing is collected in tests, and whitenoise warns of the missing folder.
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]
# Tests write past the actions that make drawn pages stale; test_page_cache.py keeps them again.
CACHES["pages"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
# The lock-out is switched on by the tests of the lock-out.
AXES_ENABLED = False
# A page that asks the same of every row fails its test.
INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]
