"""Environments: databases under the names that a team gives them."""

from analyzer.records import Struct

CLIENTS_OWN = "the client's own defaults"
"""What names the database where nothing else does."""

UNNAMED = "default"
"""What the only environment is called where nobody named it."""


class ConfiguredEnvironment(Struct, frozen=True):
    """An environment as the configuration has it. Nothing in it is expanded or run yet.

    ``url`` may hold variables; ``exec_prefix`` are the words before a client program; ``rows`` is
    a file of applied versions. With ``each_schema`` or ``each_database``, patterns, it is a fleet.
    """

    name: str
    url: str | None = None
    exec_prefix: tuple[str, ...] = ()
    rows: str | None = None
    deployed: str | None = None
    each_schema: str | None = None
    each_database: str | None = None


class TypedPlace(Struct, frozen=True):
    """Which database the options of a command name, as they were typed.

    ``environments`` are names, or NAME=PLACE, the place an address or a file of rows;
    ``every`` is --all-environments. ``directories`` and ``framework`` tell whose database it is,
    where an application's own file names it. ``env_file`` holds variables besides this run's.
    """

    database_url: str | None = None
    rows: str | None = None
    exec_prefix: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    every: bool = False
    directories: tuple[str, ...] = ()
    framework: str | None = None
    env_file: str | None = None

    @property
    def asks_by_name(self) -> bool:
        """Whether environments are asked for, be it all of them."""
        return bool(self.environments) or self.every

    @property
    def names_one(self) -> bool:
        """Whether an option names a database, by whatever way."""
        return self.asks_by_name or self.place is not None

    @property
    def place(self) -> "DatabasePlace | None":
        """What the options name directly; None where they name environments, or nothing."""
        if self.database_url is None and self.rows is None and not self.exec_prefix:
            return None
        if self.asks_by_name:
            return None
        database = "--database-url" if self.database_url is not None else "--exec"
        source = "--rows" if self.rows is not None else database
        return DatabasePlace(
            url=self.database_url, exec_prefix=self.exec_prefix, rows=self.rows, source=source
        )

    @property
    def settled(self) -> "DatabasePlace | None":
        """The same where, by a glance, it means one place from any folder.

        What stands behind a scheme without slashes may be a path from an application's root.
        """
        url = self.database_url or ""
        return None if ":" in url and "://" not in url and not self.exec_prefix else self.place


class EnvironmentName(Struct, frozen=True):
    """How a printed command names an environment again.

    ``option`` is the value of --environment, without secrets. ``variable`` is the one that holds
    the whole address, if it is one. ``deployed`` is the configuration's, so that no command has
    to repeat it. ``others`` are those beside it in the configuration.
    """

    option: str
    variable: str | None = None
    deployed: str | None = None
    others: tuple[str, ...] = ()


class Unreadable(Struct, frozen=True):
    """Why an environment could not be read: what, why and how to fix it, as an error says it."""

    what: str
    why: str
    fix: str


class DatabasePlace(Struct, frozen=True):
    """Where the rows of one environment are, ready to be read, unless there is a ``fault``.

    All of ``url``, ``exec_prefix`` and ``rows`` empty: what DATABASE_URL or libpq's variables
    say. ``source`` says in words what named it; ``named`` is None where no environment was.
    ``schema`` is that of its version table, where it is one tenant of a fleet. ``stands_in`` is
    the variable, or file and key, that has the address; empty where it was typed. ``otherwise``:
    the variable to set for production's, where an application's file has this one for
    development or the like. ``foreign``: who
    wrote the repository chose the address, and not who runs the command.
    """

    environment: str = UNNAMED
    url: str | None = None
    exec_prefix: tuple[str, ...] = ()
    rows: str | None = None
    deployed: str | None = None
    each_schema: str | None = None
    each_database: str | None = None
    source: str = ""
    named: EnvironmentName | None = None
    fault: Unreadable | None = None
    warning: str = ""  # what the team should know of how it is configured
    schema: str | None = None
    directories: tuple[str, ...] = ()  # its migrations' folders; none: by convention
    foreign: bool = False
    variable: str | None = None  # that holds the whole address, where no environment was named
    stands_in: str = ""
    otherwise: str = ""
