"""One tool like another: a row is keyed by the number that its file's name begins with."""
