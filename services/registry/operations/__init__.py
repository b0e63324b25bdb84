"""What the registry does: one function is one transaction."""
