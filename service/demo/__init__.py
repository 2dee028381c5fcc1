"""A set of invented articles that shows what the desk does; nothing is trained on it."""
