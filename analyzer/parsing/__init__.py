"""Text to effects: total functions that never raise on bad input."""
