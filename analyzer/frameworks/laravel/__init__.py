"""Laravel: keys are file names without .php."""
