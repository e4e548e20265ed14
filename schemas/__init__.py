"""Contracts only: events, topics, metrics, settings, tables. Imports nothing of ours."""
