"""Carries out assessments."""
