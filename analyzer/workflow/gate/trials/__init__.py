"""The change as it would be with some files other than they are, judged in memory."""
