"""Speaks HTTP for what concerns callers: one file per URL noun."""
