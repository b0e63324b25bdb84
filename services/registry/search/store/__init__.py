"""Remembers search."""
