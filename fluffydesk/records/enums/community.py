"""The closed lists of values of posts, groups and forums."""
