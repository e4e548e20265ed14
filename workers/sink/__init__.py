"""The sink: every event of a session into typed ClickHouse tables, insert first, then commit."""
