"""What must stand before Django's settings are read: this test process's own home and database. A pytest plugin.

The database is SQLite, or with ``DOCSERVICE_TEST_DATABASE=postgresql`` a PostgreSQL started for the session.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import postgres

from docservice.config import config

POSTGRESQL = os.environ.get("DOCSERVICE_TEST_DATABASE") == "postgresql" or postgres.SERVER in os.environ

for _name in [name for name in os.environ if name.startswith("DOCSERVICE_")]:
    del os.environ[_name]
# Playwright keeps an event loop in the thread it is used from, and Django takes every test there for asynchronous code.
# Nothing of the product is asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
os.environ["DOCSERVICE_HOME"] = tempfile.mkdtemp(prefix="docservice-tests-")
Path(os.environ["DOCSERVICE_HOME"], "static").mkdir()  # where ``docservice up`` collects what pages look like
# Scans are recognised in the tests of that only: it is the slowest thing a worker does.
os.environ["DOCSERVICE_OCR"] = "off"
# Registered first, so done last: LibreOffice has been closed by then.
atexit.register(shutil.rmtree, os.environ["DOCSERVICE_HOME"], ignore_errors=True)
if POSTGRESQL:
    postgres.start()
    os.environ["DOCSERVICE_DATABASE_URL"] = postgres.url()
config()
# What a test starts must not find this process's database by chance: it takes the fixture database_url.
os.environ.pop("DOCSERVICE_DATABASE_URL", None)
