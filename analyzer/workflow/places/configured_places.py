"""The environments of a team's configuration, each as a place to read from."""

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.engines.registry import USUAL, engine_of_address
from analyzer.errors import UsageError
from analyzer.model.core.environments import (
    ConfiguredEnvironment,
    DatabasePlace,
    EnvironmentName,
    Unreadable,
)
from analyzer.records import Struct, replace
from analyzer.sources.config.settings import SHARED_FILE
from analyzer.workflow.reading.settings import Configuration

if TYPE_CHECKING:
    from analyzer.workflow.reading.rows.application_environments import OwnFile


_UNBELIEVED = "the application's own file is not asked here: it is part of the change"


class ApplicationPlaces(Struct, frozen=True):
    """What finds the databases that the application's own file names.

    ``here``: those of this run. ``file``: those of each of its environments, by name.
    """

    here: Callable[[], tuple[DatabasePlace, ...]]
    file: "Callable[[], OwnFile | None]"


class ConfiguredPlaces:
    """The environments of one configuration.

    Args:
        variables: all that count; ``of_this_run`` those that no file brought.
        own: finds the databases that the application's own file names.
    """

    def __init__(
        self,
        configuration: Configuration,
        variables: Mapping[str, str],
        of_this_run: Mapping[str, str],
        own: ApplicationPlaces,
    ) -> None:
        self._settings, self._root = configuration.settings, configuration.root
        self._variables, self._of_this_run, self._own = variables, of_this_run, own

    def all(self) -> Sequence[DatabasePlace]:
        """All of them."""
        if not self._settings.environments:
            if found := self._own.here():
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
        file = self._own.file()
        if file is not None and (place := file.place(name)) is not None:
            return place
        for place in self._own.here():
            if place.named is not None and place.environment == name:
                return place
        raise self._unknown(name, file.names() if file is not None else _UNBELIEVED)

    def _unknown(self, name: str, known: str) -> UsageError:
        """Args: known: the environments of the application's own file, in words."""
        from analyzer.sources.config.environment_tables import is_environment_name

        free = name if is_environment_name(name) else "NAME"
        names = [one.name for one in self._settings.environments]
        near = get_close_matches(name, names, n=1, cutoff=0)
        none = f"{self._settings.path} has no table [environments.{name}]"
        why = f"{self._settings.path} has these: {', '.join(names)}" if names else none
        return UsageError(
            f"there is no environment {name!r}",
            why=f"{why}, and {known}" if known else why,
            fix=f"did you mean {near[0]!r}?"
            if near
            else f"write it there, or say where it is: --environment {free}=URL-OR-FILE",
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
            str(_joined(self._root, one.rows)) if one.rows is not None else None,
            one.deployed,
            one.each_schema,
            one.each_database,
            f"environment {one.name} of {self._settings.path}",
            EnvironmentName(one.name, address.variable, one.deployed, self._beside(one)),
            fault,
            self._warning(one),
            foreign=not self._is_of_this_run(address.variable),
            stands_in=self._key_of(one, address.variable),
        )

    def _key_of(self, one: ConfiguredEnvironment, variable: str | None) -> str:
        """Which key of the file has the address, and which variable, if it is all in one."""
        within = "tool.migdoctor." if self._settings.path == SHARED_FILE else ""
        key = f"[{within}environments.{one.name}] {'exec' if one.url is None else 'url'}"
        held = f"the variable {variable}, named by " if variable is not None else ""
        return f"{held}{self._settings.path}, {key}"

    def _beside(self, one: ConfiguredEnvironment) -> tuple[str, ...]:
        """The others, from the next one on."""
        names = [it.name for it in self._settings.environments]
        place = names.index(one.name)
        return (*names[place + 1 :], *names[:place])

    def _is_of_this_run(self, variable: str | None) -> bool:
        """Whether the whole address is in a variable that the run itself has."""
        return variable is not None and bool(self._of_this_run.get(variable, "").strip())

    def _warning(self, one: ConfiguredEnvironment) -> str:
        from analyzer.sources.config.variables import holds_password

        texts = [one.url or "", *one.exec_prefix]
        if not any(map(holds_password, texts)):
            return ""
        return (
            f"warning: {self._settings.path} holds the password of environment {one.name}, and "
            "anyone with the repository has it; put it into a variable, as in "
            f'url = "{USUAL}://user:$PASSWORD@host/database", and change it'
        )


def _joined(root: Path, path: str) -> Path:
    """A path from a root, which is no link, without the steps upwards that it begins with."""
    parts = Path(path).parts
    while parts[:1] == ("..",):
        root, parts = root.parent, parts[1:]
    return root.joinpath(*parts)


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
