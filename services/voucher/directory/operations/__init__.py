"""What the directory does: it keeps up with the registry."""
