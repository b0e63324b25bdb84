"""Speaks HTTP for scheme versions."""
