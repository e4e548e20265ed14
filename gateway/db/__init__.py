"""The gateway's memory: one SQL row a session."""
