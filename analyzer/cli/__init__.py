"""The command line: parse, call a service, render, return a status."""
