"""The closed lists of values of reference data."""
