"""Decides: who is eligible, in which order, how much each gets, and what a voucher holds and may still do."""
