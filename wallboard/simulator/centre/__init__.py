"""The contact centre that does not exist: a seeded model of callers, agents and queues."""
