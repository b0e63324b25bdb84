"""Who may receive a voucher, and who may be paid with one."""
