"""The guided way through a divergence: the steps of the path, each by the command's own service."""
