"""Posts, groups, forums, comments and tags."""
