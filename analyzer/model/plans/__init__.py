"""What is to be done, as data: repairs, their journal, and how they ended."""
