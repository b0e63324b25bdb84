"""Remembers assessments."""
