"""The questions that PostgreSQL's catalogue answers, and how its answers are read."""
