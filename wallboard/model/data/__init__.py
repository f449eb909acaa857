"""The plain records: metrics, readings, agents, calls, days, opening hours, options."""
