"""What the farm screens read from the mirror: SQL in, frozen rows out, nothing drawn."""
