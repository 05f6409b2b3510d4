"""Settings, all from the environment; README lists the variables."""

import importlib.util
import os
import tempfile
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from nrm_tracker.demo_day import iso
from nrm_tracker.limits import MOST_FILES

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEMO_MODE = env.bool("DEMO_MODE", default=False)
try:
    DEMO_DAY = iso(env.str("DEMO_DAY", default="2020-09-15")) if DEMO_MODE else ""
except ValueError as error:
    raise ImproperlyConfigured(str(error)) from error
DEMO_PASSWORD = env.str("DEMO_PASSWORD", default="nongthonmoi-2020")

# Who gets the first account of a database that has none (`manage.py first_administrator`).
ADMIN_USERNAME = env.str("ADMIN_USERNAME", default="")
ADMIN_PASSWORD = env.str("ADMIN_PASSWORD", default="")

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY must be set; `make run` generates one for the demo.")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# Whether the site is reached over https. Off only for the demo on the loopback interface.
HTTPS = env.bool("HTTPS", default=not DEMO_MODE)
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
# How many proxies of ours a request comes through: the client's address is what the outermost of
# them saw, whatever else a header says.
TRUSTED_PROXIES = 0
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=1)

INSTALLED_APPS = [
    "nrm_tracker",
    "communes",
    "accounts",
    "criteria",
    "meetings",
    "plans",
    "dashboards",
    "training",
    *(["demo"] if DEMO_MODE else []),
    "nrm_tracker.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "nrm_tracker.apps.SignInsConfig",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "heroicons",
    "import_export",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages shrink to a tenth. What makes this safe: a form's token is masked anew in each answer,
    # and the length of the answer varies at random.
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "nrm_tracker.middleware.ReadableMiddleware",
    "nrm_tracker.middleware.LoadMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "nrm_tracker.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.sign_in.middleware.AccessMiddleware",
    "accounts.sign_in.middleware.SeenMiddleware",
    "accounts.sign_in.middleware.DeviceMiddleware",
    "accounts.sign_in.middleware.FirstPasswordMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "nrm_tracker.urls"
WSGI_APPLICATION = "nrm_tracker.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "nrm_tracker.context.site",
            ],
        },
    },
]

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{BASE_DIR}/var/nrm.sqlite3")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE: a writer waits for its turn at once, instead of failing half way through.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
elif env.bool("DATABASE_PLANS", default=True):
    from nrm_tracker.planned import PlannedCursor

    DATABASES["default"].setdefault("OPTIONS", {})["cursor_factory"] = PlannedCursor
# Both databases keep their connection: opening one costs more than most pages.
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# In each process for itself; where there are several servers, CACHE_URL names what they share.
# Drawn pages lie apart, so that they push nothing else out; beside them, what each person reaches.
CACHES = {
    name: env.cache("CACHE_URL", default=f"locmemcache://{name}?timeout=3600&max_entries=3000")
    for name in ("default", "pages")
}
for cache in CACHES.values():
    if cache["BACKEND"] == "django_redis.cache.RedisCache":
        # While it is away, pages are drawn each time instead of answering with an error.
        cache["OPTIONS"] = {
            "IGNORE_EXCEPTIONS": True,
            "SOCKET_CONNECT_TIMEOUT": 1,
            "SOCKET_TIMEOUT": 1,
        } | cache.get("OPTIONS", {})

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "nrm_tracker.hashers.ArgonInTurn",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name", "email", "phone")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "accounts:login"
SESSION_ENGINE = "accounts.sign_in.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
REMEMBERED_DEVICE_AGE = 30 * 24 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
# Who is locked out and tries again waits no longer for it.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_HANDLER = "accounts.sign_in.attempts.SignInAttempts"
AXES_CLIENT_IP_CALLABLE = "accounts.sign_in.addresses.client_address"
# Wrong passwords from one address over all names; a whole office may share one.
ADDRESS_FAILURE_LIMIT = 50
AXES_LOCKOUT_CALLABLE = "accounts.sign_in.views.locked_out"
AXES_VERBOSE = False
# Each attempt is kept, for good. Its pages are ours (`accounts.admin`): nobody deletes there.
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_ACCESS_FAILURE_LOG_PER_USER_LIMIT = 10**9
AXES_ENABLE_ADMIN = False

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["nrm_tracker.formats"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
USE_TZ = True

# Bootstrap comes from its package: one style sheet, nothing copied into the tree.
_found = importlib.util.find_spec("bootstrap")
if _found is None or not _found.submodule_search_locations:
    raise ImproperlyConfigured("The package bootstrap-wrapper is not installed.")
_bootstrap = Path(_found.submodule_search_locations[0])
BOOTSTRAP_FILES = {
    "bootstrap/bootstrap.min.css": _bootstrap / "css" / "bootstrap.min.css",
}
STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "var" / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "nrm_tracker.staticfiles.PackageFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Uploads: outside static, without an address; how many bytes one may have, and a request with all
# that it carries. Django streams what is large to a temporary file. What else limits what people
# send, and why: nrm_tracker/limits.py.
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(BASE_DIR / "var" / "files"))
UPLOAD_LIMIT = env.int("UPLOAD_LIMIT", default=20 * 1024 * 1024)
REQUEST_LIMIT = env.int("REQUEST_LIMIT", default=64 * 1024 * 1024)
# Several fields of a form may take files; none says anything beside its field above this number.
DATA_UPLOAD_MAX_NUMBER_FILES = 2 * MOST_FILES
# A list of 200 people is looked over on one page, each with a dozen fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000
# Where workers wait for one another's turn: the same folder for all of one server.
SLOTS_ROOT = Path(tempfile.gettempdir(), f"nrm-tracker-{os.getuid()}")

# Where `manage.py backup` puts what it makes, the file whose first line encrypts it, and the folder
# of pg_dump and pg_restore where they are not on the path.
BACKUP_ROOT = env.path("BACKUP_ROOT", default=str(BASE_DIR / "var" / "backups"))
BACKUP_KEY_FILE = env.str("BACKUP_KEY_FILE", default="")
PG_BIN = env.str("PG_BIN", default="")
# Tables of which no row is backed up: who reads a session's key is signed in with it, and what was
# sent by then is not there to be sent again.
BACKUP_WITHOUT = ["django_session", "accounts_device", "nrm_tracker_submission"]

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
MESSAGE_STORAGE = "django.contrib.messages.storage.fallback.FallbackStorage"
IMPORT_EXPORT_USE_TRANSACTIONS = True
# A cell of an export is text: a spreadsheet never takes it for a formula.
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True

# Where the daily e-mail goes out: smtp+tls://user:password@host:587; without it, to the console.
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
# Seconds that a mail server may be silent.
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=10)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="nrm-tracker@localhost")
# What stands before an address in an e-mail: https://nrm.example
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")

COORDINATOR_PHONE = env.str("COORDINATOR_PHONE", default="")

# A cell that nobody touched for so many days is listed as stale.
STALE_DAYS = env.int("STALE_DAYS", default=90)
# A claim that waits for its decision longer than so many days is pointed out.
CLAIM_WAIT_DAYS = env.int("CLAIM_WAIT_DAYS", default=15)
# A commune that nobody visited for so many days is listed.
VISIT_STALE_DAYS = env.int("VISIT_STALE_DAYS", default=90)
# A value that differs from the one before by more is pointed out: a percentage by percentage
# points, a number by percent of the earlier one.
JUMP_SHARE = env.int("JUMP_SHARE", default=30)
JUMP_NUMBER_SHARE = env.int("JUMP_NUMBER_SHARE", default=50)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"refusals": {"()": "nrm_tracker.logs.RefusalsWithoutTraceback"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["refusals"]}
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # Who was refused is told by accounts.sign_in.attempts.
    "loggers": {"axes": {"level": "ERROR"}},
}
