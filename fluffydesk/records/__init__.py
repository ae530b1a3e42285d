"""What a farm or a clinic writes down, each declared once."""
