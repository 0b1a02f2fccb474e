"""What migrations make of models and tables, one after another, as the tool's own state does."""
