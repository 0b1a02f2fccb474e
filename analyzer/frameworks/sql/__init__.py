"""What tools have in common whose migrations are SQL."""
