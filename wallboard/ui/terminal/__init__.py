"""What leaves for the terminal: only the cells that differ from what is on it."""
