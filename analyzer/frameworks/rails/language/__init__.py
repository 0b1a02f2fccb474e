"""Rails' migrations to effects, by reading: nothing of a migration ever runs."""
