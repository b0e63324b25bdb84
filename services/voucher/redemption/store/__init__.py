"""What redemption remembers: redemptions, captures and every transition."""
