"""What remembers: one file of readings, minutes, levels and alerts."""
