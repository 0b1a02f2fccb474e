"""The options of `check`, and what they amount to."""
