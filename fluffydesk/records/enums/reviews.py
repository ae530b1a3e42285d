"""The closed lists of values of reviews, addresses and files."""
