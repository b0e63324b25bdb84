"""Measures how fast the product is, beside plain SQL on the same machine in the same run; not part of the tests."""
