"""SQL read through sqlglot, for the engines that have no parser of their own."""
