"""Events, shifts, tasks and volunteers."""
