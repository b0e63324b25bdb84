"""Carries out: one process noun per file, one transaction per function."""
