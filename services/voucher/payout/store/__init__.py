"""Remembers bank accounts, payer accounts, fundings, batches with their payouts, and bank files."""
