"""Shared by all that moves events: codec, producer, consumer loop, watermark, health."""
