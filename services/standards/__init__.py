"""What the world defines and every service speaks: money, shares, identifiers and working days. Pure throughout."""
