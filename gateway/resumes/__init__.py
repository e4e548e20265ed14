"""Résumés: text out of a hostile file, sections out of text, structured data checked once."""
