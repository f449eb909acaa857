"""What is known, for Prometheus: names, text, what was heard, and the server that is asked."""
