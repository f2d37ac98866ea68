"""The WSGI entry point of the web process."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from docservice import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "docservice.settings")
logs.configure()
application = get_wsgi_application()
# All pages are loaded before the first is asked for, and what stays for good is kept out of the garbage collector's
# sight: it went through all of it every few hundred pages, which held up one of them for a tenth of a second.
get_resolver().url_patterns  # noqa: B018  loading is what is wanted
gc.collect()
gc.freeze()
