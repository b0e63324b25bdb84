"""Carries out imports and exports."""
