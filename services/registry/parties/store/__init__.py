"""Remembers organisations and their standing."""
