"""Django's backend of PostgreSQL, which looks at a connection before it asks whether it lives.

A server that stops, or ends a connection, says so on it. Where nothing waits to be read the
connection is taken as it is; only else is the question of Django sent, which costs each request a
way to the server and back.
"""

from __future__ import annotations

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that is watched."""

    def is_usable(self) -> bool:
        """Whether the connection can be used for a request."""
        if self.connection is None or self.connection.closed:
            return False
        said = select.poll()
        said.register(self.connection.pgconn.socket, select.POLLIN)
        return not said.poll(0) or bool(super().is_usable())
