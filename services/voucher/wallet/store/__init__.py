"""Remembers rounds with their pools, applications and vouchers."""
