"""What each finding tells to do, carried out in memory before it may be told."""
