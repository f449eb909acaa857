"""What breaks, on the whole board: each fault, what the screen says, and that it is over."""
