"""The closed lists of values of running the platform."""
