"""Simulated candidates: aiortc clients that take an interview over real WebRTC."""
