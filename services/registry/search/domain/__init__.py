"""Decides on search."""
