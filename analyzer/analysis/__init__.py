"""The pure core: vocabulary in, decisions out. No file, no clock, no question."""
