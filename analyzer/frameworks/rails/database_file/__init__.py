"""``config/database.yml``: where the databases of an application are. Read, and never run."""
