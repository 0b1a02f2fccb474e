"""Knex: keys are file names with their endings."""
