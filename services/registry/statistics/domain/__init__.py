"""Decides on statistics."""
