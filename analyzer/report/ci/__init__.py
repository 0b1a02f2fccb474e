"""What CI systems show: annotations, code quality and test reports."""
