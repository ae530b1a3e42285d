"""What a person can do, a file for each subject: plain functions that return Changes."""
