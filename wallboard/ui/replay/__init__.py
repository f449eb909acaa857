"""What was, on the screen: the keys through time, and the line of a day."""
