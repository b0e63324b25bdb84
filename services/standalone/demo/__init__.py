"""Plays the Jiangmen round of 2020 through the public API, in a sandbox of its own."""
