"""Carries out search."""
