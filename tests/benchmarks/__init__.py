"""What the board costs, beside one of Textual's stock widgets: ``python -m tests.benchmarks``."""
