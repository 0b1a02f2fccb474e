"""MikroORM: keys are file names without their endings."""
