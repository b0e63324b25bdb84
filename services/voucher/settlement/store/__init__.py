"""What settlement remembers: the evidence, the claims with every transition, what is owed, shown and stopped."""
