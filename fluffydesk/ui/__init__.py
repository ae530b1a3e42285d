"""What is seen: PySide6, and below it only actions and records."""
