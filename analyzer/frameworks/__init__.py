"""What a framework means by a file name, a version and an order."""
