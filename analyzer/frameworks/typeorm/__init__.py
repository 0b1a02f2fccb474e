"""TypeORM: a migration is a class, and its name is the version."""
