"""What oversight does: one function, one transaction that only reads."""
