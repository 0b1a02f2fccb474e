"""What a migration does, one value per operation, and the objects that it touches."""
