"""What is known, handed to other programs: Prometheus, a broker. Knows no screen and no HTTP."""
