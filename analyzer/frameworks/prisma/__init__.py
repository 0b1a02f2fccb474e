"""Prisma: a folder for each migration, and a table that is a log of attempts."""
