"""Remembers callers: SQL only, one file per thing remembered."""
