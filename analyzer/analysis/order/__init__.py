"""Which migration must run before which, and how a broken order is mended."""
