"""What the ledger remembers: journals and entries, budget lines and their changes, cap counters."""
