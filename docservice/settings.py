"""Django's settings, derived from docservice.config. Nothing here is read by the engines."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from docservice.config import config, kept_secret, local_path, postgresql_words

_config = config()
_READ_COMMITTED = 2  # psycopg.IsolationLevel.READ_COMMITTED: psycopg is not loaded where SQLite is used


def _database(url: str) -> dict[str, Any]:
    return _postgresql(url) if url.startswith("postgresql:") else _sqlite(url)


def _sqlite(url: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": local_path(url),
        # IMMEDIATE takes the write lock at BEGIN: the upgrade from read to write, where "database is locked" comes
        # from, never happens. FULL keeps a committed row through a power cut.
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000;",
        },
    }


def _postgresql(url: str) -> dict[str, Any]:
    words = postgresql_words(url)
    named = {name.upper(): words.pop(name, "") for name in ("user", "password", "host", "port")}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": words.pop("dbname"),
        **named,
        # A kept connection is asked whether it still lives before each request or task: the server may have restarted.
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        # READ COMMITTED is relied upon: whoever waited for a lock must see what was committed meanwhile.
        "OPTIONS": {"isolation_level": _READ_COMMITTED, "connect_timeout": "10", **words},
    }


_web = urlsplit(_config.web_url)
_https = _web.scheme == "https"
_HERE = Path(__file__).parent

SECRET_KEY = _config.secret_key or kept_secret(_config.home)
DEBUG = False
ALLOWED_HOSTS: list[str] = ["localhost", "127.0.0.1", "[::1]", "web", _web.hostname or "localhost"]
ROOT_URLCONF = "docservice.web.urls"
WSGI_APPLICATION = "docservice.wsgi.application"
INSTALLED_APPS = [
    "docservice.apps.DocserviceConfig",
    "docservice.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "docservice.api.uploads.Uploads",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "docservice.web.frame.Frame",
    # Innermost: what it asks for by exceptions (the password once more) it must hear of before an error page is made.
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_HERE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "docservice.web.frame.around",
            ],
            "builtins": ["django.templatetags.i18n", "docservice.web.words"],
        },
    }
]
DATABASES = {"default": _database(_config.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "Asia/Bangkok"
LANGUAGE_CODE = "th"
LANGUAGES = [("th", "ไทย"), ("en", "English")]
LOCALE_PATHS = [_config.home / "locale"]

# ----------------------------------------------------------------------------------------------------- files of the web
STATIC_URL = "/static/"
STATIC_ROOT = _config.home / "static"
STATICFILES_DIRS = [_HERE / "web" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # nothing is kept through Django's storage
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MANIFEST_STRICT = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
API_PACE = (120, 10.0)
"""Requests of the API that one token may make at once, and a second in the long run."""

# -------------------------------------------------------------------------------------------------------------- people
AUTH_USER_MODEL = "docservice.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "docservice.web.login.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/login/"
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "30/10m/ip,5/5m/key", "change_password": "5/m/user"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "docservice"
SOCIALACCOUNT_ADAPTER = "docservice.web.login.SocialAccountAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = (
    {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "office",
                    "name": "บัญชีของหน่วยงาน",
                    "client_id": _config.oidc_client,
                    "secret": _config.oidc_secret,
                    "settings": {"server_url": _config.oidc_url},
                }
            ]
        }
    }
    if _config.oidc_url
    else {}
)
# Counts of failed logins: shared by every web process, and still there after a restart.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache", "TIMEOUT": 3600},
}

# ------------------------------------------------------------------------------------------------------------- security
SESSION_COOKIE_NAME = "docservice"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [_config.web_url]
CSRF_FAILURE_VIEW = "docservice.web.frame.expired"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _https else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
