"""What a person is told to do next, in order, and as commands to type."""
