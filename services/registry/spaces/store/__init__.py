"""Remembers spaces, teams and residencies."""
