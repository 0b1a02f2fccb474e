"""The commands of Rails, as users type them."""

from collections.abc import Callable

title = "Rails"
migrate = "db:migrate"
dump = "db:schema:dump"
records = ""
makes = "bundle exec rails generate migration {name}"
whole = "bundle exec rails db:migrate"


def typed(command: str, has: Callable[[str], bool]) -> str:
    """A command as it is typed in the application's folder.

    Without bin/rails the program of that name offers to make a new application.
    """
    if has("bin/rails"):
        return f"bin/rails {command}"
    return f"bundle exec rake {command}" if has("Gemfile") else f"rake {command}"


def startable(has: Callable[[str], bool]) -> bool:
    """Every task of rake's, and so db:migrate, comes from the Rakefile."""
    return has("Rakefile")


def left_out(table: str) -> str:
    """How to keep a table out of db/schema.rb and db/structure.sql; both ask the same setting."""
    return (
        f"Rails dumps {table} into its schema file, unless an initializer such as "
        "config/initializers/migdoctor.rb says:\n"
        f'  ActiveRecord::SchemaDumper.ignore_tables << "{table}"'
    )
