"""The demo's incident, and the world it happens in."""
