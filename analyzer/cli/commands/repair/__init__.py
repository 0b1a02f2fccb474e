"""The commands of a repair: of files, of rows, of both, and what takes them back."""
