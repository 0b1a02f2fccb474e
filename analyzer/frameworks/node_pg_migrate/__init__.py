"""node-pg-migrate: keys are file names without their endings, and their order counts."""
