"""Decides how a provider is admitted and what it may offer."""
