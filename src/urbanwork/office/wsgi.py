"""The application that a server runs."""

from __future__ import annotations

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

application = get_wsgi_application()
_ = get_resolver().url_patterns
"""All pages are loaded before a server forks: a fork in the middle of an import leaves a child with
half a module and a lock that nobody opens."""
