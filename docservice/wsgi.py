"""The WSGI entry point of the web process."""

import os

from django.core.wsgi import get_wsgi_application

from docservice import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "docservice.settings")
logs.configure()
application = get_wsgi_application()
