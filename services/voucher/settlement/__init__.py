"""Settling what was captured: evidence, claims, review, disclosure, objections, stops. See docs/settlement-cycle.md."""
