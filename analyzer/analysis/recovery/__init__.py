"""Two databases compared: what a recovery must carry over, and whether it did."""
