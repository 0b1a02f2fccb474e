"""The databases that ``config/database.yml`` has for one environment of Rails.

Source: ActiveRecord::DatabaseConfigurations and Rails::Application::Configuration, 6.1 to 8.1.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from analyzer.errors import UsageError
from analyzer.frameworks.ports.databases import FoundDatabase
from analyzer.frameworks.rails.database_file.address import address_of, is_of_the_user
from analyzer.frameworks.rails.database_file.setting import EntrySettings
from analyzer.frameworks.rails.database_file.template import Template, read_template
from analyzer.model.words.text import visible
from analyzer.sources.files.yaml_text import parse_yaml

_SHARED = "shared"  # settings that every environment has besides its own
_NO_ENVIRONMENT = frozenset({_SHARED, "default"})  # the latter is merged into others, by custom


def environment_of(variables: Mapping[str, str]) -> str:
    """The environment of Rails that this run is in."""
    return variables.get("RAILS_ENV") or variables.get("RACK_ENV") or "development"


def own_variable(name: str) -> str:
    """The variable that stands for the whole address of one of several databases."""
    return f"{name.upper()}_DATABASE_URL"


def environments(content: bytes, path: str, variables: Mapping[str, str]) -> tuple[str, ...]:
    """The environments that the file has, in its order.

    Raises:
        UsageError: the file cannot be read.
    """
    text = read_template(content, path, variables, environment_of(variables)).text
    document = parse_yaml(text, path)
    sections = document.items() if isinstance(document, dict) else ()
    return tuple(str(name) for name, own in sections if name not in _NO_ENVIRONMENT and own)


def read(content: bytes, path: str, variables: Mapping[str, str]) -> tuple[FoundDatabase, ...]:
    """Find the databases whose migrations Rails runs, in the order of the file; at least one.

    Replicas and those with ``database_tasks: false`` are left out. What is wrong with one of
    several is told in its place, so that the others can be read.

    Raises:
        UsageError: the file cannot be read, or has nothing of this environment.
    """
    environment = environment_of(variables)
    template = read_template(content, path, variables, environment)
    section = _section(parse_yaml(template.text, path), environment, path)
    place = f"{path}, {environment}"
    if not (isinstance(section, dict) and section and all(map(_is_mapping, section.values()))):
        return (_found(_Entry(None, section, place), template),)
    entries = [_Entry(str(name), entry, place) for name, entry in section.items()]
    found = [_found(it, template) for it in entries if not _is_left_out(it, template)]
    if found:
        return tuple(found)
    raise UsageError(
        f"{place} has no database with migrations",
        why="each is a replica, or has database_tasks: false",
        fix="name the database: --database-url URL",
    )


def own_address(content: bytes, path: str, variables: Mapping[str, str]) -> str:
    """The ``url`` that an environment with one database has; empty where it has none.

    Source: ActiveRecord::DatabaseConfigurations, which merges DATABASE_URL into a configuration
    only where that is not an address already.
    """
    environment = environment_of(variables)
    try:
        template = read_template(content, path, variables, environment)
        section = _section(parse_yaml(template.text, path), environment, path)
        entry = _Entry(None, section, path)
        settings = EntrySettings(template, _mapping(entry), path)
        return (settings.text("url") or "") if settings.has("url") else ""
    except UsageError:
        return ""


class _Entry:
    """One database of the file; ``name`` is None where the environment has no other."""

    def __init__(self, name: str | None, value: object, place: str) -> None:
        self.name, self.value = name, value
        self.place = place if name is None else f"{place}, {visible(name)}"


def _is_mapping(value: object) -> bool:
    return isinstance(value, dict)


def _section(document: object, environment: str, path: str) -> object:
    """What the file has for an environment, with what all have."""
    if not isinstance(document, dict):
        raise UsageError(
            f"{path} has no environments",
            why="it must have a table for each, such as development:",
            fix="correct it, or name the database: --database-url URL",
        )
    sections: dict[str, Any] = {str(name): value for name, value in document.items()}
    shared = sections.pop(_SHARED, None)
    own = sections.get(environment)
    if isinstance(own, dict) and isinstance(shared, dict):
        return {**shared, **own}
    if own is not None or shared is not None:
        return shared if own is None else own
    near = get_close_matches(environment, sections, n=1, cutoff=0) or ["production"]
    raise UsageError(
        f"{path} has nothing for {visible(environment)}",
        why=f"RAILS_ENV says which part counts; there is "
        f"{', '.join(map(visible, sections)) or 'none'}",
        fix=f"for example: RAILS_ENV={visible(near[0])} migdoctor diagnose; or name the database: "
        "--database-url URL",
    )


def _is_left_out(entry: _Entry, template: Template) -> bool:
    assert isinstance(entry.value, dict)  # noqa: S101  asked of mappings only
    value: dict[str, Any] = {str(key): it for key, it in entry.value.items()}
    settings = EntrySettings(template, value, entry.place)
    try:
        replica = settings.has("replica") and settings.is_true("replica")
        tasks = not settings.has("database_tasks") or settings.is_true("database_tasks")
    except UsageError:
        return False
    return replica or not tasks


def _found(entry: _Entry, template: Template) -> FoundDatabase:
    """One database, or what is wrong with it."""
    folders: tuple[str, ...] = ()
    try:
        value = _mapping(entry)
        settings = EntrySettings(template, value, entry.place)
        folders = settings.folders("migrations_paths")
        variable = own_variable(entry.name) if entry.name is not None else None
        given = template.variables.get(variable, "").strip() if variable else ""
        address = given or address_of(settings, entry.place)
        whole = bool(given) or is_of_the_user(settings)
    except UsageError as error:
        return FoundDatabase(entry.name, entry.place, None, folders, None, error)
    place = f"the variable {variable}" if given else entry.place
    held = variable if given else None
    return FoundDatabase(entry.name, place, address, folders, held, foreign=not whole)


def _mapping(entry: _Entry) -> Mapping[str, Any]:
    """The settings; an address alone stands for a mapping that has nothing else."""
    if isinstance(entry.value, dict):
        return {str(key): value for key, value in entry.value.items()}
    if isinstance(entry.value, str):
        return {"url": entry.value}
    raise UsageError(
        f"{entry.place} has no settings of a database",
        why="it must have an adapter and a database, or an address",
        fix="correct it, or name the database: --database-url URL",
    )
