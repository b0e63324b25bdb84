"""Finds what the schema of scheme files cannot see, a file for each section."""
