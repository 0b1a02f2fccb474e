"""What was noted, for people and for programs."""
