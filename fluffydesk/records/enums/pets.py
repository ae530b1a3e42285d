"""The closed lists of values of pets and who shares them."""
