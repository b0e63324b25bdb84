"""Who there is: organisations, their standing, and who is related to whom."""
