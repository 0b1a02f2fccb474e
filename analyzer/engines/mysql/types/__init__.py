"""MySQL's types, as applications name them."""
