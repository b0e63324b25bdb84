"""Remembers statistics."""
