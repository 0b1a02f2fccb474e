"""Effects added up to a schema, and two schemas compared."""
