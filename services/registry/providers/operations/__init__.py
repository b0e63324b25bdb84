"""Admits providers and lists what they offer."""
