"""The voice worker: loudness, speaking share, pitch and pauses of every audio chunk."""
