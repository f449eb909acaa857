"""The parts of the configuration; `wallboard.settings` is its face, and the only one to import."""
