"""Decides what a space and a team are and who may live where."""
