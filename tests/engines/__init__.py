"""The real engines that others run: they must be installed, or these tests are skipped."""
