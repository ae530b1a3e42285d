"""A sample farm and a sample clinic to try the program on, and what sets them up."""
