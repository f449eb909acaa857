"""Where readings come from; knows no screen."""
