"""The text that `.dump` writes."""
