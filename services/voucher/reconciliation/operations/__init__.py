"""What is done in reconciliation: one process a file, one function a transaction."""
