"""How what several wings did is told as one: the chain of a claim line, and its way through time."""
