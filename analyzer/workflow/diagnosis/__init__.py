"""From rows and history to a rename map and its findings."""
