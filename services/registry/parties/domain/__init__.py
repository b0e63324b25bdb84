"""Decides what an organisation is and what its standing does."""
