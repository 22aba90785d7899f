"""The interface for programs (OpenAPI): everything that the pages do."""
