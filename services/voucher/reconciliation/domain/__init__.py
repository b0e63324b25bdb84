"""What reconciliation decides: pure functions over what the bank says and what was sent."""
