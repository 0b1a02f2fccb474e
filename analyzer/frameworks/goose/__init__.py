"""goose: numbered SQL files with marks for what runs up and down."""
