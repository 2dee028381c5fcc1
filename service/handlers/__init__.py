"""What each operation does, with no HTTP in it."""
