"""The migrations that a run is about: files of today, their past, their texts."""
