"""The configuration while a board runs: what has changed in it, and what of that takes effect."""
