"""Notes of what ran: the code that they are about, and what they say of the rows."""
