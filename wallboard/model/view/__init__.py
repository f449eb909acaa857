"""The pictures as data, made from the state; nothing here knows a screen."""
