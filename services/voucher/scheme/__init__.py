"""What a voucher may pay for: rules as data, their versions, and the pure function that prices by them."""
