"""The calls as they are shown."""
