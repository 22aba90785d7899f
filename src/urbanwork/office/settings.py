"""Settings of Django. What differs between offices stands in the environment, see `place.py`."""

from __future__ import annotations

import os
from importlib.resources import files
from typing import Any

from urbanwork.office.database import database_settings
from urbanwork.office.office_file import providers, read_office_file
from urbanwork.office.operation.logs import log_level, logging_settings
from urbanwork.office.place import office_place
from urbanwork.office.time_zone import zone_of

PLACE = office_place()
OFFICE_FILE = read_office_file(PLACE.folder)
IS_DEMO = os.environ.get("URBANWORK_DEMO") == "1"
PUBLIC = [host for host in os.environ.get("URBANWORK_HOSTS", "").split(",") if host]

SECRET_KEY = PLACE.secret
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *PUBLIC]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in PUBLIC]
ROOT_URLCONF = "urbanwork.office.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES: dict[str, Any] = {
    "default": database_settings(os.environ.get("DATABASE_URL"), PLACE.database)
}
CACHES = {
    # shared by the processes of a server, so that limits of attempts are those of all of them
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": PLACE.cache / "shared",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "urbanwork.office.audit",
    "urbanwork.office.people",
    "urbanwork.office.ledger",
    "urbanwork.office.evidence",
    "urbanwork.office.supervising",
    "urbanwork.office.notices",
    "urbanwork.office.ledger_files",
    "urbanwork.office.api",
    "urbanwork.office.operation",
    "urbanwork.office.maps",
    "urbanwork.office.papers",
    "urbanwork.office.meetings",
    "urbanwork.office.pages",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "urbanwork.office.operation.logs.RequestLog",
    "urbanwork.office.operation.not_kept.NotKept",
    "csp.middleware.CSPMiddleware",
    "urbanwork.office.evidence.sizes.NotTooLarge",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "urbanwork.office.access.DenyByDefault",
    "urbanwork.office.people.second.DemandSecondFactor",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "urbanwork.office.pages.context.office",
            ],
            "builtins": ["urbanwork.office.pages.templatetags.said"],
            "string_if_invalid": "",
        },
    }
]

# People
AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "urbanwork.office.people.backend.PersonBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "first_page"
ACCOUNT_ADAPTER = "urbanwork.office.people.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_RATE_LIMITS = {  # an office has one address; axes counts wrong passwords
    "login": "300/m/ip",
    "login_failed": "300/m/ip,5/5m/key",
}
SECOND_FACTOR_FOR = OFFICE_FILE.sign_in.second_factor_for
MFA_ADAPTER = "urbanwork.office.people.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "urbanwork.office.people.codes.AuthenticateForm",
    "reauthenticate": "urbanwork.office.people.codes.ReauthenticateForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PUBLIC  # http://localhost: this machine alone
SOCIALACCOUNT_ADAPTER = "urbanwork.office.people.adapters.ProviderAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": providers(OFFICE_FILE, PLACE.folder)}}
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "urbanwork.office.people.locking.locked_out"
AXES_CLIENT_IP_CALLABLE = "urbanwork.office.people.addresses.address_of"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address"]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
SESSION_ENGINE = "urbanwork.office.people.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = bool(PUBLIC)
SESSION_COOKIE_AGE = round(3600 * OFFICE_FILE.sign_in.session_hours)
CSRF_FAILURE_VIEW = "urbanwork.office.operation.faults.without_token"
CSRF_COOKIE_SECURE = bool(PUBLIC)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PUBLIC else None
SECURE_SSL_REDIRECT = bool(PUBLIC)
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_HSTS_SECONDS = 31_536_000 if PUBLIC else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "connect-src": ["'self'"],
        "font-src": ["'self'"],
        "worker-src": ["'self'", "blob:"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'", *(o for p in OFFICE_FILE.sign_in.oidc for o in p.origins)],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

LOGGING = logging_settings(log_level(os.environ.get("URBANWORK_LOG", "WARNING")))

# Languages and time
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "中文")]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_TZ = True
TIME_ZONE = zone_of(PLACE)

# Files
STATIC_URL = "/static/"
STATICFILES_DIRS = [
    files("urbanwork.reporting") / "assets",
    ("map-engine", files("urbanwork.reporting") / "html" / "script"),
]
STATIC_ROOT = os.environ.get("URBANWORK_STATIC")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "urbanwork.office.operation.hashed.HashedFiles"
        if STATIC_ROOT
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not STATIC_ROOT
WHITENOISE_AUTOREFRESH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_PERMISSIONS = 0o600
