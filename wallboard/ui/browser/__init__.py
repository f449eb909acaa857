"""Boards for readers in a browser: one for each, all in one process."""
