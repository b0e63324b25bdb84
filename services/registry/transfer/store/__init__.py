"""Remembers imports and exports."""
