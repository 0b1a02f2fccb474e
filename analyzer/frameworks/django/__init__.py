"""Django: a migration is a module of an app, and names those that it comes after."""
