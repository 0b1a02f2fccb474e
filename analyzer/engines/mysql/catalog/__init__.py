"""What a MySQL database says of itself."""
