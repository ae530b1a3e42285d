"""Medical records, reminders, vaccinations and treatments."""
