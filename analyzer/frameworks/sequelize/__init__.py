"""Sequelize's command line: keys are file names with their endings."""
