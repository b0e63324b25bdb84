"""What the directory remembers: the registry's latest documents, and how far its feed was heard."""
