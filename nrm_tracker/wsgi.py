"""The application that gunicorn serves."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nrm_tracker.settings")
application = get_wsgi_application()
# Loaded before the workers part, not by each of them at its first request.
import_module(settings.ROOT_URLCONF)
