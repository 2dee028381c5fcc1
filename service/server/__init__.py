"""How the service holds its ground: deadlines for slow clients, room for so many, a quick no when it is too much."""
