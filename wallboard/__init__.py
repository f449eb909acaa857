"""A live wallboard for 8x8 call queues, in the terminal."""

__version__ = "0.1.0"
