"""Reads, checks, keeps and publishes scheme files."""
