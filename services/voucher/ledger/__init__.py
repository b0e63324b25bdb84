"""The ledger wing: what is owed to whom, in two books of balanced entries that are only ever added to."""
