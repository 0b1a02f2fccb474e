"""A copy of a database and of a repository, to try things on."""
