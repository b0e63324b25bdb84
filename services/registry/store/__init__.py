"""Remembers the registry's facts: statements only, no decision."""
