"""Decides on assessments."""
