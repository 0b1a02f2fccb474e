"""Places: where the rows of environments are, by what a repository says of them."""
