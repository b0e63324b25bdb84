"""Decides: pure functions on awards that are claimed, on what was spent of them, and on what they rest on."""
