"""The API's payloads, cleaned and translated into the model."""
