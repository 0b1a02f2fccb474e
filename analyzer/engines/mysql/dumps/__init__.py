"""Files that the client programs of MySQL write."""
