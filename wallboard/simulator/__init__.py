"""A contact centre that does not exist, behind the API it is polled through."""
