"""Records organisations and their standing."""
