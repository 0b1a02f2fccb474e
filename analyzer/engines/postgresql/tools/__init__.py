"""PostgreSQL's client programs, and the dumps that they write and load."""
