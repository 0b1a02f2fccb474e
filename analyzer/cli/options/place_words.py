"""The words of this command line that name the database, for the commands that it prints."""

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from analyzer.cli.options.known_options import of_data, options_of
from analyzer.cli.options.values import read_prefix
from analyzer.errors import AnalyzerError
from analyzer.model.words.shell_word import shell_word
from analyzer.report.placed_commands import DATABASE, EVERY, PLACES, placed
from analyzer.workflow.next_steps.typed_commands import naming
from analyzer.workflow.places.chosen_by import chosen_by
from analyzer.workflow.reading.request import Request
from analyzer.workflow.reading.rows.environments import ad_hoc


def carried(
    text: str, typed: Sequence[str], environment: str | None = None, *, noted: bool = True
) -> str:
    """The text, its commands with the place that was typed, as far as each takes it.

    Args: environment: what the text is about, of several.  noted: whether what to set is told.
    """
    try:
        named = [(it, _words(it, value)) for it, value in _of_one([*_pairs(typed)], environment)]
        front = "" if any(it in DATABASE for it, _ in named) else chosen_by(os.environ)
        told = placed(text, named, options_of, front) if named or front else text
    except (AnalyzerError, ValueError):  # what was typed cannot be taken, which is told elsewhere
        return text
    note = _note(typed) if noted and told != text else ""
    return f"{told}\n{note}" if note and note not in text else told


def _of_one(pairs: list[tuple[str, str]], environment: str | None) -> list[tuple[str, str]]:
    """The options of a place, of several environments only the one at hand."""
    named = [value for option, value in pairs if option == "--environment"]
    if environment is None or not (named[1:] or any(it[0] == EVERY for it in pairs)):
        return pairs
    name = environment.partition(":")[0]  # NAME:1 is a group of the fleet NAME
    own = next((it for it in named if it.partition("=")[0] in (environment, name)), name)
    rest = [it for it in pairs if it[0] not in ("--environment", EVERY)]
    return [("--environment", own), *rest]


def _pairs(typed: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The options of a place, with their values; the version table by the name all take it by."""
    own_table = of_data(typed)
    words = iter(typed)
    for word in words:
        option, equals, value = word.partition("=")
        if option == "--":
            return
        if option in PLACES and not (option == "--table" and own_table):
            given = value if equals or option == EVERY else next(words, "")
            yield "--version-table" if option == "--table" else option, given


def _words(option: str, value: str) -> str:
    """One option as it can be typed again, without secrets."""
    now = datetime.now(UTC)
    if option == EVERY:
        return option
    if option == "--database-url":
        return naming(Request(now, database_url=value)).database
    if option == "--exec":
        return naming(Request(now, exec_prefix=read_prefix(value))).database
    if option == "--environment" and "=" in value:
        return naming(Request(now).at(ad_hoc(value))).database
    return f"{option} {'FILE' if value == '-' else shell_word(value)}"


def _note(typed: Sequence[str]) -> str:
    """Which variable to set first, where the address that was typed holds a password."""
    now, named = datetime.now(UTC), dict(_pairs(typed))
    if own := named.get("--database-url"):
        return naming(Request(now, database_url=own)).note
    place = named.get("--environment", "")
    return naming(Request(now).at(ad_hoc(place))).note if "=" in place else ""
