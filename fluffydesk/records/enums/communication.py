"""The closed lists of values of conversations and notifications."""
