"""What was found out: verdicts, renames, predictions, differences, and the words for each."""
