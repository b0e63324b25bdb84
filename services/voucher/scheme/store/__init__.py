"""Remembers scheme versions."""
