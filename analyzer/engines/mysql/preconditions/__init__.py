"""What MySQL refuses, in its own words, and how to look whether rows would make it refuse."""
