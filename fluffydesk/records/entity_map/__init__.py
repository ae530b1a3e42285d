"""For developers: which tables there are and how they hang together, drawn from them."""
