"""ClickHouse's HTTP interface over the embedded engine (chDB)."""
