"""SQL files of ours for the mariadb and mysql clients."""
