"""Sequel: keys are file names with their ending, where they begin with a timestamp."""
