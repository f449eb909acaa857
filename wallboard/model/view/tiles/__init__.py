"""The board's tiles, and which are those of a group."""
