"""Which databases a run is about: the one place where options, variables and settings meet.

What names a database, the first that does: the environments asked for; --database-url, --rows,
--exec; DATABASE_URL; the engine's own variables. Where none of them does and the configuration has
environments, none of these is taken unasked; where it has none, the application's own file names
its databases, of which DATABASE_URL stands for the main one only.

A repository is not trusted: a command from its configuration runs, and a variable of it is
expanded, only for an environment that was asked for. The application's file is read, never run.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from analyzer.engines.registry import USUAL, engine_of_address, is_address, usual_engine
from analyzer.errors import UsageError
from analyzer.model.core.environments import (
    ConfiguredEnvironment,
    DatabasePlace,
    EnvironmentName,
    TypedPlace,
    Unreadable,
)
from analyzer.model.core.shell_word import shell_word
from analyzer.records import Struct, replace
from analyzer.workflow.reading.settings import Configuration

_OF_ALL = "DATABASE_URL"  # of whatever engine


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
    if place.rows is not None or place.exec_prefix:
        return place
    url = variables.get(_OF_ALL, "").strip() if place.url is None else place.url
    access = engine_of_address(url).access
    if not url or not access.depends_on_root(url):
        return place
    from analyzer.workflow.reading.application_databases import application_root

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
    run = _Variables.of(typed, variables)
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
    def of(cls, typed: TypedPlace, own: Mapping[str, str]) -> "_Variables":
        """Raises UsageError: the file cannot be read."""
        if typed.env_file is None:
            return cls(own, own, "")
        from analyzer.sources.config.env_file import read_env_file

        return cls({**read_env_file(typed.env_file), **own}, own, typed.env_file)

    def main(self) -> DatabasePlace | None:
        """The database that DATABASE_URL names; None where it is not set."""
        if self.own.get(_OF_ALL, "").strip():
            return DatabasePlace(source=f"the variable {_OF_ALL}")
        url = self.every.get(_OF_ALL, "").strip()
        return DatabasePlace(url=url, source=f"{_OF_ALL} in {self.file}") if url else None


def _beside(
    main: DatabasePlace, typed: TypedPlace, run: _Variables, application: FileSearch | None
) -> tuple[DatabasePlace, ...]:
    if application is None:
        return (main,)
    from analyzer.workflow.reading.application_databases import beside_main

    return beside_main(typed, application.repo, run.every, main)


def _demand_no_other(typed: TypedPlace) -> None:
    if typed.database_url is None and typed.rows is None and not typed.exec_prefix:
        return
    raise UsageError(
        f"{'--environment' if typed.environments else '--all-environments'} and another place "
        "for rows were both given",
        why="each environment says itself where its rows are",
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
    return found or (DatabasePlace(source="the client's own defaults"),)


def _named_by_file(
    typed: TypedPlace, run: _Variables, application: FileSearch | None
) -> tuple[DatabasePlace, ...]:
    if application is None:
        return ()
    from analyzer.workflow.reading.application_databases import find_databases

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
        found = _Configured(
            configuration(), run.every, lambda: _of_application(typed, run, application)
        )
    if found is not None and typed.every:
        yield from (it for it in found.all() if it.environment not in names)
    for text in typed.environments:
        if "=" in text or found is None:
            yield _ad_hoc(text)
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


def _ad_hoc(text: str) -> DatabasePlace:
    """An environment as NAME=PLACE."""
    from analyzer.sources.config.environment_tables import is_environment_name

    name, _, place = (part.strip() for part in text.partition("="))
    if not place:
        raise _misspelt(text, "there is nothing behind the =")
    if not is_environment_name(name):
        raise _misspelt(text, f"{name!r} is no name: letters, digits and . _ - + @")
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


def of_member(place: DatabasePlace, member: str) -> DatabasePlace:
    """One schema (database) of a fleet, as an environment of its own: NAME:MEMBER."""
    name = f"{place.environment}:{member}"
    named = replace(place.named, option=name) if place.named is not None else None
    one = replace(place, environment=name, each_schema=None, each_database=None, named=named)
    if place.each_schema is not None:
        return replace(one, schema=member)
    engine = engine_of_address(place.url, place.exec_prefix)
    url = engine.demand_fleets().member_address(place.url, place.exec_prefix, member)
    return replace(one, url=url, named=replace(named, variable=None) if named else None)


class _Configured:
    """The environments of one configuration."""

    def __init__(
        self,
        configuration: Configuration,
        variables: Mapping[str, str],
        own: Callable[[], tuple[DatabasePlace, ...]],
    ) -> None:
        self._settings, self._root = configuration.settings, configuration.root
        self._variables, self._own = variables, own  # own: those of the application's file

    def all(self) -> Sequence[DatabasePlace]:
        """All of them."""
        if not self._settings.environments:
            if found := self._own():
                return found
            raise UsageError(
                "there are no environments to take all of",
                why=f"{self._settings.path} has no table [environments.NAME]",
                fix="write one each there, or name them here: --environment NAME=URL-OR-FILE",
            )
        return [self._place(one) for one in self._settings.environments]

    def named(self, name: str) -> DatabasePlace:
        """The one of this name."""
        for one in self._settings.environments:
            if one.name == name:
                return self._place(one)
        fleet, _, member = name.partition(":")
        for one in self._settings.environments:
            if member and one.name == fleet and (one.each_schema or one.each_database):
                return of_member(self._place(one), member)
        for place in self._own():
            if place.named is not None and place.environment == name:
                return place
        names = [one.name for one in self._settings.environments]
        near = get_close_matches(name, names, n=1, cutoff=0)
        raise UsageError(
            f"there is no environment {name!r}",
            why=f"{self._settings.path} has these: {', '.join(names)}"
            if names
            else f"{self._settings.path} has no table [environments.{name}]",
            fix=f"did you mean {near[0]!r}?"
            if near
            else f"write it there, or say where it is: --environment {name}=URL-OR-FILE",
        )

    def _place(self, one: ConfiguredEnvironment) -> DatabasePlace:
        from analyzer.sources.config.variables import ExpandedAddress, expand_address

        address, fault = ExpandedAddress(None), None
        try:
            if one.url is not None:
                place = f"the url of environment {one.name}"
                address = expand_address(one.url, self._variables, place)
        except UsageError as error:  # the others are to be read all the same
            fault = Unreadable(error.what, error.why, error.fix)
        return DatabasePlace(
            one.name,
            address.text,
            one.exec_prefix,
            str(self._root / one.rows) if one.rows is not None else None,
            one.deployed,
            one.each_schema,
            one.each_database,
            f"environment {one.name} of {self._settings.path}",
            EnvironmentName(one.name, address.variable, one.deployed),
            fault,
            self._warning(one),
        )

    def _warning(self, one: ConfiguredEnvironment) -> str:
        from analyzer.sources.config.variables import holds_password

        texts = [one.url or "", *one.exec_prefix]
        if not any(map(holds_password, texts)):
            return ""
        return (
            f"warning: {self._settings.path} holds the password of environment {one.name}, and "
            "whoever has the repository has it; put it into a variable, as in "
            f'url = "{USUAL}://user:$PASSWORD@host/database", and change it'
        )
