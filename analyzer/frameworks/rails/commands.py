"""The commands of Rails, as users type them."""

title = "Rails"
migrate = "db:migrate"
dump = "db:schema:dump"
records = ""
whole = "bundle exec rails db:migrate"


def typed(command: str) -> str:
    """A command as it is typed in the application's folder."""
    return f"bin/rails {command}"


def left_out(table: str) -> str:
    """How to keep a table out of db/schema.rb and db/structure.sql; both ask the same setting."""
    return (
        f"Rails dumps {table} into its schema file, unless an initializer such as "
        "config/initializers/migdoctor.rb says:\n"
        f'  ActiveRecord::SchemaDumper.ignore_tables << "{table}"'
    )
