"""Reports of lost and found animals, and how they are matched."""
