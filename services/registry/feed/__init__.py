"""What changed, told in an order that skips nothing."""
