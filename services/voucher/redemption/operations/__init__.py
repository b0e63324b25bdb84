"""What redemption does: quotes, the one path that every order takes, its timers, and reading."""
