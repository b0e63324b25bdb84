"""Decides, without clock, database or network, what the registry accepts as a fact."""
