"""The closed lists of values of devices and places."""
