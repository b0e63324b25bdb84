"""Decides: the rules of a scheme as frozen values, their own consistency, the price and the deadlines they give."""
