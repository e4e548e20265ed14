"""Dedicated consumers: one package a worker, each with a protocol and an engine a file."""
