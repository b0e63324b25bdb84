"""Carries out statistics."""
