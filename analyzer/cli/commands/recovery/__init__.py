"""The commands of a recovery: backups, rebuilds, tables."""
