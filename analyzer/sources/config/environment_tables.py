"""The tables ``[environments.NAME]`` of the configuration."""

import re
import shlex
from collections.abc import Mapping
from typing import Any

from analyzer.errors import UsageError
from analyzer.model.core.environments import ConfiguredEnvironment
from analyzer.sources.config.known_keys import demand_known, wrong_kind

_KEYS = ("url", "exec", "rows", "deployed", "each-schema", "each-database")
_NAME = re.compile(r"\w[\w.@+-]*")  # also a file's name, and what stands before = and :
_LONGEST = 100  # characters: of at most two bytes each in a file's name, with an ending


def is_environment_name(text: str) -> bool:
    """Whether an environment may have this name.

    Letters of two scripts in one name look like those of one, and so like another name.
    """
    return (
        _NAME.fullmatch(text) is not None
        and len(text) <= _LONGEST
        and len(text.encode("utf-8", "replace")) <= 2 * _LONGEST
        and (text.isascii() or _is_of_one_script(text))
    )


def _is_of_one_script(text: str) -> bool:
    from unicodedata import is_normalized, name

    scripts = {name(letter, "?").partition(" ")[0] for letter in text if letter.isalpha()}
    return len(scripts) <= 1 and is_normalized("NFKC", text)


def read_environments(table: Mapping[str, Any], path: str) -> tuple[ConfiguredEnvironment, ...]:
    """Read all environments, in the order of the file.

    Args: path: the file's, for errors.

    Raises:
        UsageError: a key is not known, a value is of the wrong kind, or a place is missing.
    """
    given = table.get("environments", {})
    if not isinstance(given, dict):
        raise wrong_kind(path, "environments", "tables, such as [environments.production]")
    return tuple(_environment(name, one, path) for name, one in given.items())


def _environment(name: str, table: object, path: str) -> ConfiguredEnvironment:
    key = f"environments.{name}"
    if not is_environment_name(name):
        raise UsageError(
            f"{path}: {name!r} cannot be the name of an environment",
            why="it is typed after --environment and becomes a file name: at most "
            f"{_LONGEST} letters of one script, digits and . _ - + @, a letter or digit first",
            fix="for example: [environments.production]",
        )
    if not isinstance(table, dict):
        raise wrong_kind(path, key, f'a table, such as [{key}] with url = "$DATABASE_URL"')
    demand_known(table, _KEYS, f"{path}, [{key}]", "key")
    for one, value in table.items():
        if not isinstance(value, str) or not value.strip():
            raise wrong_kind(path, f"{key}.{one}", "a text that is not empty")
    made = ConfiguredEnvironment(
        name,
        table.get("url"),
        _words(table.get("exec"), path, f"{key}.exec"),
        table.get("rows"),
        table.get("deployed"),
        table.get("each-schema"),
        table.get("each-database"),
    )
    _demand_place(made, path, key)
    return made


def _words(text: str | None, path: str, key: str) -> tuple[str, ...]:
    try:
        return tuple(shlex.split(text)) if text is not None else ()
    except ValueError as error:
        raise UsageError(
            f"{path}: {key} cannot be read", why=str(error), fix="close the quotes"
        ) from error


def _demand_place(made: ConfiguredEnvironment, path: str, key: str) -> None:
    live = made.url is not None or bool(made.exec_prefix)
    if live == (made.rows is not None):
        raise UsageError(
            f"{path}: [{key}] must say where its rows are, in one way",
            why="it has a file of rows and a database"
            if live
            else "it has neither url nor exec nor rows",
            fix='give it url = "$VARIABLE", exec = "docker compose exec -T db", or rows = "FILE"',
        )
    pattern = made.each_schema or made.each_database
    if pattern is not None and made.rows is not None:
        raise UsageError(
            f"{path}: [{key}] has a pattern and a file of rows",
            why="schemas and databases are looked for in a live server",
            fix="give it a url, or remove the pattern",
        )
