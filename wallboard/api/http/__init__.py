"""Requests and answers: connections, limits, and errors in words."""
