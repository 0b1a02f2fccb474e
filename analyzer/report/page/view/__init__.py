"""What the page shows, as values: the matrix, the timeline, and the rest of it."""
