"""What the screens can call, by what it is for."""
