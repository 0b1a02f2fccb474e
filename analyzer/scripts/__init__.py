"""Plans to text: shell scripts, patches, diffs. SQL is written by the engines."""
