"""The dependency graph of a request, and the fixes for its order."""
