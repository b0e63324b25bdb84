"""The voucher service: issues, redeems, settles and accounts for vouchers."""
