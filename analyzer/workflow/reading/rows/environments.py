"""Which databases a run is about: the one place where options, variables and settings meet.

What names a database, the first that does: the environments asked for; --database-url, --rows,
--exec; DATABASE_URL; the engine's own variables. Where none of them does and the configuration has
environments, none of these is taken unasked; where it has none, the application's own file names
its databases, of which DATABASE_URL stands for the main one only.

A repository is not trusted: a command from its configuration runs, and a variable of it is
expanded, only for an environment that was asked for. The application's file is read, never run.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from analyzer.engines.registry import USUAL, engine_of_address, is_address, usual_engine
from analyzer.errors import UsageError, shortened
from analyzer.model.core.environments import (
    CLIENTS_OWN,
    DatabasePlace,
    EnvironmentName,
    TypedPlace,
)
from analyzer.model.words.shell_word import shell_word
from analyzer.records import Struct, replace
from analyzer.workflow.reading.settings import Configuration

if TYPE_CHECKING:
    from analyzer.workflow.reading.rows.application_environments import OwnFile

_OF_ALL = "DATABASE_URL"  # of whatever engine
_SHOWN = 60  # characters of a name that is none


def find_places(
    typed: TypedPlace,
    configuration: Callable[[], Configuration],
    variables: Mapping[str, str],
    application: "FileSearch | None" = None,
    *,
    one: bool = False,
) -> tuple[DatabasePlace, ...]:
    """Find where the rows of each environment are; at least one.

    Args:
        typed: what the options say.
        configuration: reads the one that counts; only where it is needed.
        variables: those of this run.
        application: whose own file may name databases; None where none is to be asked.
        one: for a command that works on one: DATABASE_URL is then all that is meant by it.

    Raises:
        UsageError: two places were named, an environment is not known, or several are configured
            and none was asked for.
    """
    found = _find_places(typed, configuration, variables, application, one=one)
    if any(it.foreign for it in found):
        from analyzer.workflow.places.foreign_addresses import without_more_than_a_place

        found = tuple(map(without_more_than_a_place, found))
    return tuple(_from_root(it, typed, variables, application) for it in found)


def _from_root(
    place: DatabasePlace,
    typed: TypedPlace,
    variables: Mapping[str, str],
    application: "FileSearch | None",
) -> DatabasePlace:
    """A place that means the same from any folder: a file's path counts from the application's.

    Behind a prefix it counts from the folder in which the client starts there.
    """
    if place.rows is not None or place.exec_prefix or place.fault is not None:
        return place
    url = variables.get(_OF_ALL, "").strip() if place.url is None else place.url
    access = engine_of_address(url).access
    if not url or not access.depends_on_root(url):
        return place
    from analyzer.workflow.reading.rows.application_databases import application_root

    root = application_root(typed, None if application is None else application.repo)
    variable = _OF_ALL if place.url is None else place.variable
    return replace(place, url=access.from_root(url, root), variable=variable)


def _find_places(
    typed: TypedPlace,
    configuration: Callable[[], Configuration],
    variables: Mapping[str, str],
    application: "FileSearch | None",
    *,
    one: bool,
) -> tuple[DatabasePlace, ...]:
    run = _Variables.of(typed, variables, application.repo if application else None)
    if typed.asks_by_name:
        _demand_no_other(typed)
        return tuple(_asked_for(typed, configuration, run, application))
    if typed.place is not None:
        return (typed.place,)
    main = run.main()
    if main is not None:
        alone = one or application is None
        return (main,) if alone else _beside(main, typed, run, application)
    name = usual_engine().access.naming_variable(variables)
    if name is not None:
        return (DatabasePlace(source=f"the variable {name}"),)
    return _unasked(typed, configuration(), run, application)


class FileSearch(Struct, frozen=True):
    """The repository in which an application's own file is looked for; None: around here."""

    repo: str | None = None


class _Variables(Struct, frozen=True):
    """The variables of a run, with those of a file that was asked for; its own count first."""

    every: Mapping[str, str]
    own: Mapping[str, str]
    file: str

    @classmethod
    def of(cls, typed: TypedPlace, own: Mapping[str, str], repo: str | None) -> "_Variables":
        """Raises UsageError: the file cannot be read, or is the repository's and says too much."""
        if typed.env_file is None:
            return cls(own, own, "")
        from analyzer.sources.config.env_file import read_env_file
        from analyzer.workflow.places.foreign_addresses import demand_places

        read = read_env_file(typed.env_file)
        left = {name: text for name, text in read.items() if name not in own}
        demand_places(left, typed.env_file, repo)
        return cls({**read, **own}, own, typed.env_file)

    def main(self) -> DatabasePlace | None:
        """The database that DATABASE_URL names; None where it is not set."""
        if self.own.get(_OF_ALL, "").strip():
            source = f"the variable {_OF_ALL}"
            return DatabasePlace(source=source, stands_in=source)
        url = self.every.get(_OF_ALL, "").strip()
        source = f"{_OF_ALL} in {self.file}"
        return DatabasePlace(url=url, source=source, stands_in=source) if url else None

    def demand_not_emptied(self) -> None:
        """In CI a variable that is set and empty is a secret that is missing, or misspelt.

        Raises:
            UsageError: DATABASE_URL is one, and nothing else names a database.
        """
        if _OF_ALL not in self.own:
            return
        from analyzer.workflow.places.ci_system import in_ci

        if in_ci(self.own):
            raise UsageError(
                f"{_OF_ALL} is set and empty",
                why="a CI system gives an empty variable for a secret that is missing or misspelt; "
                "the database that the application's own file names would be judged instead",
                fix=f"give {_OF_ALL} the address; or unset it, if that file's database is meant",
            )


def _beside(
    main: DatabasePlace, typed: TypedPlace, run: _Variables, application: FileSearch | None
) -> tuple[DatabasePlace, ...]:
    if application is None:
        return (main,)
    from analyzer.workflow.reading.rows.application_databases import beside_main

    return beside_main(typed, application.repo, run.every, main)


def _demand_no_other(typed: TypedPlace) -> None:
    if typed.database_url is None and typed.rows is None and not typed.exec_prefix:
        return
    raise UsageError(
        f"{'--environment' if typed.environments else '--all-environments'} and another place "
        "for rows were both given",
        why="each environment has its own place for its rows",
        fix="leave out --database-url, --rows and --exec; or give that place a name as well: "
        "--environment NAME=URL-OR-FILE",
    )


def _unasked(
    typed: TypedPlace,
    configuration: Configuration,
    run: _Variables,
    application: "FileSearch | None",
) -> tuple[DatabasePlace, ...]:
    """What is taken where nothing names a database."""
    run.demand_not_emptied()
    known = configuration.settings.environments
    if known:
        names = ", ".join(it.name for it in known)
        raise UsageError(
            "no environment was asked for",
            why=f"{configuration.settings.path} has these: {names}",
            fix=f"name one: --environment {shell_word(known[0].name)}; or all of them, where "
            "nothing is changed: --all-environments",
        )
    found = _named_by_file(typed, run, application)
    return found or (DatabasePlace(source=CLIENTS_OWN),)


def _named_by_file(
    typed: TypedPlace, run: _Variables, application: FileSearch | None
) -> tuple[DatabasePlace, ...]:
    if application is None:
        return ()
    from analyzer.workflow.reading.rows.application_databases import find_databases

    return find_databases(typed, application.repo, run.every)


def _asked_for(
    typed: TypedPlace,
    configuration: Callable[[], Configuration],
    run: _Variables,
    application: "FileSearch | None",
) -> Iterator[DatabasePlace]:
    """The environments asked for, in order, each once."""
    names = [text.partition("=")[0].strip() for text in typed.environments]
    for name in names:
        if names.count(name) > 1:
            raise _misspelt(name, "it is given twice")
    by_name = [text for text in typed.environments if "=" not in text]
    found = None
    if typed.every or by_name:
        from analyzer.workflow.places.configured_places import ApplicationPlaces, ConfiguredPlaces

        own = ApplicationPlaces(
            lambda: _of_application(typed, run, application),
            lambda: _own_file(typed, run, application),
        )
        found = ConfiguredPlaces(configuration(), run.every, run.own, own)
    if found is not None and typed.every:
        yield from (it for it in found.all() if it.environment not in names)
    for text in typed.environments:
        if "=" in text or found is None:
            yield ad_hoc(text)
        else:
            yield found.named(text.strip())


def _of_application(
    typed: TypedPlace, run: _Variables, application: FileSearch | None
) -> tuple[DatabasePlace, ...]:
    """The databases that the application's own file names."""
    main = run.main()
    if main is not None and application is not None:
        return _beside(main, typed, run, application)
    return _named_by_file(typed, run, application)


def _own_file(
    typed: TypedPlace, run: _Variables, application: FileSearch | None
) -> "OwnFile | None":
    if application is None:
        return None
    from analyzer.workflow.reading.rows.application_environments import OwnFile

    return OwnFile(typed, application.repo, run.every, run.main())


def ad_hoc(text: str) -> DatabasePlace:
    """An environment as NAME=PLACE."""
    from analyzer.sources.config.environment_tables import is_environment_name

    name, _, place = (part.strip() for part in text.partition("="))
    if not place:
        raise _misspelt(text, "there is nothing after the =")
    if not is_environment_name(name):
        short = shortened(name, _SHOWN)
        raise _misspelt(
            short,
            f"{short!r} is not a name: letters of one script, digits and . _ - + @, at most 100",
        )
    source = f"--environment {name}=..."
    if not is_address(place):
        return DatabasePlace(
            name, rows=place, source=source, named=EnvironmentName(f"{name}={place}")
        )
    option = f"{name}={engine_of_address(place).access.public_address(place)}"
    return DatabasePlace(name, url=place, source=source, named=EnvironmentName(option))


def _misspelt(text: str, why: str) -> UsageError:
    name = text.partition("=")[0]
    return UsageError(
        f"--environment {name!r} cannot be taken: {why}",
        why="it takes the name of an environment of the configuration, or NAME=PLACE, the place "
        "an address or a file of rows; each name once",
        fix=f"for example: --environment production={USUAL}://host/database "
        "--environment staging=staging-rows.txt",
    )
