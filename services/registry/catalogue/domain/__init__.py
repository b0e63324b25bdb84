"""Decides what may be listed, and how names and periods are written."""
