"""The closed lists of values of events, shifts and tasks."""
