"""The questions worker: answers ``question.requested`` with ``question.asked``."""
