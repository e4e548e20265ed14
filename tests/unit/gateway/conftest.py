"""Both databases, for the tests of what is stored."""

from tests.support.databases import database_url, postgres_server, store

__all__ = ["database_url", "postgres_server", "store"]
