"""The oversight wing: looking at everything, changing nothing."""
