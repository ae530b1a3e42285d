"""What devices measure, and where things happened."""
