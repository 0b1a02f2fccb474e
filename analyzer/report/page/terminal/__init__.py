"""The two pictures of a report in a terminal."""
