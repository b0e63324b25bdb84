"""Who holds what: rounds, applications, allocation, issue, vouchers and the expiry of what is available."""
