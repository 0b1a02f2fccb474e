"""db-migrate: keys are file names without their endings, after a slash."""
