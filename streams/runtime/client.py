"""Kafka client arguments from the settings, in one place."""

from __future__ import annotations

import ssl
from typing import Any

from schemas.settings import KafkaSettings
from streams.runtime import tolerant

tolerant.install()


def client_arguments(settings: KafkaSettings) -> dict[str, Any]:
    """Return what aiokafka's consumer, producer and admin client share."""
    arguments: dict[str, Any] = {
        "bootstrap_servers": settings.bootstrap,
        "security_protocol": settings.security_protocol,
    }
    if settings.security_protocol.endswith("SSL"):
        arguments["ssl_context"] = ssl.create_default_context()
    if settings.security_protocol.startswith("SASL"):
        arguments |= {
            "sasl_mechanism": settings.sasl_mechanism,
            "sasl_plain_username": settings.username,
            "sasl_plain_password": settings.password.get_secret_value(),
        }
    return arguments
