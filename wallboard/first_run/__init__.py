"""The first run: what `wallboard init` asks, and the files that it makes of the answers."""
