"""Writes into the change feed."""
