"""Decides on imports and exports."""
