"""What is paid beside vouchers: awards, matches, top-ups and rewards, from the claim to the report on the spending."""
