"""Who may do what: keys, sessions of the desk, limits per key. Off on the loopback address, required elsewhere."""
