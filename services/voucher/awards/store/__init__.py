"""Remembers: SQL upon the wing's own tables, nothing decided."""
