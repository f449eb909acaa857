"""What an alert sets off outside the board."""
