"""What is looked at: filter, order, groups, and the totals over it."""
