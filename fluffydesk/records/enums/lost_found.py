"""The closed lists of values of lost and found animals."""
