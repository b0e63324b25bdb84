"""Decides and remembers at once: one function is one transaction, committed before it returns."""
