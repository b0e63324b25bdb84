"""What the ledger decides: which places exist, which postings balance, who may change a budget line."""
