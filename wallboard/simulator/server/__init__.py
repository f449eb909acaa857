"""The API over the simulated centre."""
