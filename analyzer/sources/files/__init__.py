"""Files read within their bounds, and through no link."""
