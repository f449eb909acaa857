"""Snapshots for other programs and for paper: text, JSON, CSV. Functions of the model, no I/O."""
