"""What is told to people elsewhere: messages about alerts, and a sign of life for a monitor."""
