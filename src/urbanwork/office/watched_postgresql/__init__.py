"""PostgreSQL whose connections are looked at rather than asked, request by request."""
