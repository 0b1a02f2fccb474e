"""Rails: its file names, its language, its schema file, and what its programs print."""
