"""The commands of the command line that are not the board itself, and the flags they share."""
