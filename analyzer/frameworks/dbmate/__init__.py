"""dbmate: migrations in plain SQL, versions as text."""
