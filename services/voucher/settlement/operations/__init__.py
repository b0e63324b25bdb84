"""What settlement does: each process in transactions of its own, its timers, and reading."""
