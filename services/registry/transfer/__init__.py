"""Lists taken in and given out."""
