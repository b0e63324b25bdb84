"""The reconciliation wing: what the bank did, and what each of its lines was for."""
