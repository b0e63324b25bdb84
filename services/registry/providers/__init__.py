"""Who may be paid with a voucher, and for what."""
