"""Records spaces, teams and residencies."""
