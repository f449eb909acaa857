"""What stands beside and below the table, and over it while there is no data."""
