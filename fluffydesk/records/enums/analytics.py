"""The closed lists of values of summaries."""
