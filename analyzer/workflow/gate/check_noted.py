"""What ran in a database, and what notes of it say of the files that claim its versions."""

import hashlib
from collections.abc import Callable, Iterable, Sequence

from analyzer.analysis.notes.seals import latest_notes, read_chain
from analyzer.engines.registry import open_gateway
from analyzer.frameworks.base import Framework
from analyzer.frameworks.path_names import name_at
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.version import VersionKey
from analyzer.model.notes.note import Notebook, NoteKind
from analyzer.records import Struct
from analyzer.workflow.places.address_origin import telling_where
from analyzer.workflow.reading.request import Request


class Applied(Struct, frozen=True):
    """The versions that ran, and the notes beside them; None where there are none.

    ``each`` is what ran in each of several environments, of which this is the sum.
    """

    rows: frozenset[VersionKey]
    notes: Notebook | None = None
    each: tuple["Applied", ...] = ()

    def never_ran(
        self,
        files: Iterable[MigrationFile],
        framework: Framework,
        content: Callable[[str], bytes],
    ) -> frozenset[str]:
        """The paths of files whose version ran as another migration: their own never did.

        Of several environments, all that have the version have to say so.

        Args: content: reads a file by its content's id.
        """
        if self.each:
            return self._never_anywhere(tuple(files), framework, content)
        chain = read_chain(self.notes) if self.notes is not None else None
        if chain is None or not chain.holds:
            return frozenset()
        latest = latest_notes(chain, framework.numbering)
        found = set()
        for file in files:
            note = latest.get(file.version.key)
            if note is None or note.kind != NoteKind.WITNESSED or file.version.key not in self.rows:
                continue
            if hashlib.sha256(content(file.blob)).hexdigest() == note.sha256:
                continue
            name = name_at(framework.files, note.path or "")
            if getattr(name, "slug", file.name.slug) != file.name.slug:
                found.add(file.path)
        return frozenset(found)

    def _never_anywhere(
        self,
        files: Sequence[MigrationFile],
        framework: Framework,
        content: Callable[[str], bytes],
    ) -> frozenset[str]:
        told = [(one, one.never_ran(files, framework, content)) for one in self.each]
        return frozenset(
            file.path
            for file in files
            if file.version.key in self.rows
            and all(file.path in never for one, never in told if file.version.key in one.rows)
        )


def read_applied(request: Request, framework: Framework) -> Applied:
    """Read what ran, from where the request says. Errors are those of `read_rows`."""
    from analyzer.workflow.reading.rows.environment import read_rows

    if request.rows is not None:
        rows = read_rows(request, framework).rows
        return Applied(frozenset(row.version.key for row in rows))
    gateway = open_gateway(request.database_url, request.exec_prefix)
    with telling_where(request):
        read = gateway.engine.catalog.read_noted(
            gateway, request.table, framework, request.environment
        )
    return Applied(frozenset(row.version.key for row in read.versions.rows), read.notes)
