"""yoyo: keys are file names without their endings, and their SHA-256."""
