"""The application that a server runs."""

from __future__ import annotations

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from urbanwork.office.pages.warming import warm_up  # noqa: E402 - needs the settings above

warm_up()
