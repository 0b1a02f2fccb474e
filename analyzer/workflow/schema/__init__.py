"""The schema that an application's files add up to, and its schema file."""
