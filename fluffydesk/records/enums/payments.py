"""The closed lists of values of money."""
