"""The lines of shell that a runbook is made of."""

from analyzer.model.words.shell_word import shell_word
from analyzer.model.words.text import visible

_END = "END_OF_SQL"


def sql(database: str, statement: str) -> list[str]:
    """Run one statement in a database."""
    return heredoc(f"sql {shell_word(database)}", statement)


def captured(variable: str, statement: str) -> list[str]:
    """Run one statement, and keep what it prints in a variable."""
    first, *rest = heredoc("sql postgres", statement)
    return [f"{variable}=$({first}", *rest, ")"]


def heredoc(command: str, body: str) -> list[str]:
    """Give a command a text of several lines."""
    end = _END
    while end in body.splitlines():
        end += "_"
    return [f"{command} <<'{end}'", *body.split("\n"), end]


def address(database: str) -> str:
    """Write a database for -d, which reads a name that holds = or :// as a whole address."""
    if "=" not in database and "://" not in database:
        return database
    escaped = database.replace("\\", "\\\\").replace("'", "\\'")
    return f"dbname='{escaped}'"


def cut(name: str) -> str:
    """Leave room for an ending: PostgreSQL keeps 63 bytes of a name."""
    return name.encode()[:32].decode(errors="ignore")


def one_line(text: str) -> str:
    """A text without line breaks."""
    return visible(text)
