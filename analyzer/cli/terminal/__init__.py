"""Where the command line meets the terminal: the one way out, questions, progress."""
