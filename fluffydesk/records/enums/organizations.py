"""The closed lists of values of organizations and their staff."""
