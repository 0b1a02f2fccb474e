"""Frameworks whose version is the name of a file: one set of ports, each tool's facts as data."""
