"""The commands of Rails, as users type them."""

title = "Rails"
migrate = "db:migrate"
dump = "db:schema:dump"
whole = "bundle exec rails db:migrate"


def typed(command: str) -> str:
    """A command as it is typed in the application's folder."""
    return f"bin/rails {command}"
