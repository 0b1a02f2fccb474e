"""SQL dumps as psql reads them, as far as version tables lie in them."""
