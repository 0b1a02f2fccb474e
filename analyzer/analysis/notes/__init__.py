"""Notes of what ran: sealing them, telling whether they hold, and what is to be noted next."""
