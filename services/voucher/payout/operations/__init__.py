"""Pays: accounts are cooled and confirmed, payer accounts funded, batches prepared, approved, written and sent."""
