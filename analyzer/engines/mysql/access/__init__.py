"""How a MySQL database is reached: by its driver, or through its client behind a prefix."""
