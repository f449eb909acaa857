"""What can be made to go wrong, where, and for how long."""
