"""The next migrate, and every recommendation, carried out in memory."""
