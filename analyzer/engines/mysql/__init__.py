"""MySQL and MariaDB: one engine here; what differs is asked of the server."""
