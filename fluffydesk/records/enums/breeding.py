"""The closed lists of values of the breeding network."""
