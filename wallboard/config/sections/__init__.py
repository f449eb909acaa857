"""Sections of the configuration, by what they are about, and what all of them have in common."""
