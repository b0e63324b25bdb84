"""What the directory decides: who a party is on a date, and whether what we heard is too old to decide upon."""
