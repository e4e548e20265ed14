"""Contracts only: events, topics, metrics, settings and ClickHouse tables. Imports nothing of ours."""
