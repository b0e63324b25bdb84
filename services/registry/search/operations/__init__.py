"""Keeps what is searched up to date, and searches it."""
