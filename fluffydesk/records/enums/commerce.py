"""The closed lists of values of the shop."""
