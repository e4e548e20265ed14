"""The speech-to-text worker: audio chunks in, words with times out."""
