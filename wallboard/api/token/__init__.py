"""The token: signing in, and renewal before it expires."""
