"""Plans to text: sh, SQL, diffs."""
