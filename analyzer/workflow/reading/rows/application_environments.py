"""The environments of an application's own file, asked for by the names that they have there.

To name one is to run with the variable that chooses it: ``--environment production`` reads what
``RAILS_ENV=production`` would. Of several databases each is named besides, as in
``--environment production:animals``.
"""

from collections.abc import Mapping, Sequence

from analyzer.errors import UsageError
from analyzer.model.core.environments import DatabasePlace, EnvironmentName, TypedPlace
from analyzer.model.words.shell_word import shell_word
from analyzer.model.words.wording import enumerated
from analyzer.records import Struct, replace
from analyzer.workflow.reading.rows.application_databases import (
    find_file,
    repository_at,
    stood_for,
)


class OwnFile(Struct, frozen=True):
    """The options that tell which application's file it is, and the variables of the run.

    ``main`` is the database that DATABASE_URL names; None where it is not set.
    """

    typed: TypedPlace
    repo: str | None
    variables: Mapping[str, str]
    main: DatabasePlace | None

    def place(self, name: str) -> DatabasePlace | None:
        """The database of one environment; None where the file has no such environment.

        Raises:
            UsageError: the file cannot be read, or it is not clear which database is meant.
        """
        repository = repository_at(self.repo)
        file = find_file(self.typed, repository)
        section, _, own = name.partition(":")
        if file is None or repository is None or section not in file.environments(self.variables):
            return None
        inside = {**self.variables, **file.reader.in_environment(section)}
        found = file.databases(repository, inside)
        place = _chosen(found, section, own)
        if place is None:
            return None
        is_main = place.named is None or place.environment == file.reader.main
        if self.main is not None and is_main:
            if file.reader.chosen(self.variables) != section:
                raise _which(section, file.path)
            place = stood_for(place, self.main)
        variable = place.named.variable if place.named is not None else None
        return replace(place, environment=name, named=EnvironmentName(name, variable))

    def names(self) -> str:
        """Which environments the file has, in words; empty where there is none, or none is read."""
        try:
            file = find_file(self.typed, repository_at(self.repo))
            known = file.environments(self.variables) if file is not None else ()
        except UsageError:
            return ""
        return f"{file.path} has {enumerated(known)}" if file is not None and known else ""


def _chosen(found: Sequence[DatabasePlace], section: str, own: str) -> DatabasePlace | None:
    """The one that is meant of those of an environment; None where none has that name."""
    if not own and len(found) == 1:
        return found[0]
    named = [it for it in found if it.named is not None]
    if own or not named:
        return next((it for it in named if it.environment == own), None)
    options = [f"--environment {shell_word(f'{section}:{it.environment}')}" for it in named]
    raise UsageError(
        f"{section} has several databases: {enumerated(it.environment for it in named)}",
        why="each has rows of its own",
        fix=f"name the one that is meant: {' or '.join(options)}; where nothing is changed, both",
    )


def _which(section: str, path: str) -> UsageError:
    return UsageError(
        f"DATABASE_URL is set, and {section} of {path} was asked for",
        why="the variable stands for the main database of whichever environment runs",
        fix="leave out --environment to mean the database of DATABASE_URL, or unset the variable",
    )
