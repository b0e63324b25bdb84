"""Reads the change feed."""
