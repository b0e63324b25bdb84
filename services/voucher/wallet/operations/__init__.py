"""Runs rounds: made, funded, published, applied to, ranked, issued, expired, back-filled and finished."""
