"""What the ledger does: one function, one transaction."""
