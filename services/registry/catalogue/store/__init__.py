"""Remembers what is listed."""
