"""What is trouble: rules, levels, episodes, alerts, trends, time in target."""
