"""What git history says of the migration folders, and what earlier runs learned of it."""
