"""Remembers providers and their offerings."""
