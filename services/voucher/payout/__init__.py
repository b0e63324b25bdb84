"""Is the right account paid, once? Bank accounts, payer accounts and their funding, batches, payouts and bank files."""
