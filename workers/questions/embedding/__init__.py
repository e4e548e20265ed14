"""Texts to vectors: a protocol, an engine a file, and a cache before either."""
