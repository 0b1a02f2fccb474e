"""Reports to text: one diagnosis, many formats."""
