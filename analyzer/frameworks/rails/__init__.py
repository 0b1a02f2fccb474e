"""Rails: ActiveRecord's migrations, 5.0 to 8.1."""
