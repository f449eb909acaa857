"""How each feed is: its newest reading, its freshness, its trouble."""
