"""What was, again: the board as it was at any poll that is kept, and incidents taken out of it."""
