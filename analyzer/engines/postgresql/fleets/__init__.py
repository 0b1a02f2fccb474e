"""Many schemas, or databases, with a version table each: read with few statements."""
