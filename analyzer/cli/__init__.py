"""The command line: parse, call the workflow, render, return a status."""
