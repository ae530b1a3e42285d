"""Reviews, addresses, custom fields and files."""
