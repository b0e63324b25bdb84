"""Speaks HTTP for the registry: one file per noun."""
