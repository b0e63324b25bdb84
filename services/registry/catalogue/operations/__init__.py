"""Lists regions, categories and working days."""
