"""Names in Alembic: the text of a file tells its revision; how the file is called means nothing."""

import ast
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from analyzer.frameworks.keyed.names import KeyedFiles
from analyzer.frameworks.no_journal import NoJournal
from analyzer.frameworks.ports.files import Home
from analyzer.frameworks.revision_graph import Ranked, in_order, parents_of
from analyzer.model.core.defining_line import DefiningLine, lines_of
from analyzer.model.core.migration import MigrationName, WhyIgnored
from analyzer.model.core.version import Version
from analyzer.records import replace

_HOME = re.compile(r"(?P<folder>(?:(?P<root>.+?)/)??[^/]+/versions)/[^/]+\.py", re.DOTALL)
_GENERATED = re.compile(r"(?:.*[-_])?(?P<revision>[0-9a-f]{12})_(?P<slug>.+)")
_TEXT = r"(?P<quote>['\"])(?P<name>[^'\"]+)(?P=quote)"
_OWN = re.compile(rf"revision\s*(?::[^=]*)?=\s*{_TEXT}|Revision ID:\s*(?P<told>[^\s,]+)")
_PARENT = re.compile(r"(?:down_revision|depends_on)\s*(?::[^=]*)?=|Revises:")
_ASSIGNED = ("revision", "down_revision", "depends_on")


class AlembicFiles(KeyedFiles):
    """The port ``Files`` of Alembic."""

    def home(self, path: str) -> Home | None:
        """The folder ``versions`` of a folder of scripts, whatever that is called."""
        found = _HOME.fullmatch(path)
        return Home(found["root"] or "", found["folder"]) if found else None

    def _read(self, name: str) -> MigrationName | WhyIgnored:
        """What a file's name tells, if it is as the tool calls its files."""
        found = super()._read(name)
        generated = _GENERATED.fullmatch(name.removesuffix(".py"))
        if isinstance(found, WhyIgnored) or generated is None:
            return found
        version = self.version(generated["revision"])
        return replace(found, version=version, slug=generated["slug"])

    def version(self, revision: str) -> Version:
        """The version of a revision."""
        return self._versions.read(revision)

    def defining_lines(self, content: bytes) -> Iterator[DefiningLine]:
        """The lines that tell the revision: the one that counts, and the one for readers."""
        for number, line in enumerate(lines_of(content), start=1):
            found = _OWN.match(line)
            if found is not None:
                group = "name" if found["name"] else "told"
                text = line.removesuffix("\r")
                yield DefiningLine(
                    number, text, found[group], found.start(group), own=group == "name"
                )


class AlembicKeys(NoJournal):
    """The port ``KeysInText`` of Alembic."""

    told_by_path = False

    def __init__(self, files: AlembicFiles) -> None:
        self._files = files
        self._assigned = lru_cache(maxsize=1 << 13)(_assigned)

    def name(self, told: MigrationName, content: bytes) -> MigrationName | WhyIgnored:
        """The revision that a text assigns, and those that it comes after."""
        found = self._assigned(content)
        if len(found.get("revision", ())) != 1:
            return WhyIgnored.NOT_A_MIGRATION
        (revision,) = found["revision"]
        parents = (*found.get("down_revision", ()), *found.get("depends_on", ()))
        version = self._files.version(revision)
        return replace(told, version=version, class_name=revision, parents=parents)

    def settled(self, names: Sequence[MigrationName]) -> Sequence[MigrationName]:
        """The same names, in whose order their versions sort."""
        rank = {text: at for at, text in enumerate(in_order(parents_of(names)))}
        return [
            replace(name, version=replace(name.version, key=Ranked.at(text, rank[text])))
            for name in names
            for text in (name.version.text,)
        ]

    def mentions(self, content: bytes, key: str) -> Iterator[DefiningLine]:
        """The lines that name a revision as one that the file comes after."""
        word = re.compile(rf"(?<![\w-]){re.escape(key)}(?![\w-])")
        for number, line in enumerate(lines_of(content), start=1):
            found = word.search(line) if _PARENT.match(line) else None
            if found is not None:
                yield DefiningLine(number, line.removesuffix("\r"), key, found.start())


def _assigned(content: bytes) -> dict[str, tuple[str, ...]]:
    """The texts that a module assigns to the names that count; what is no literal is left out."""
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        for target in targets:
            if isinstance(target, ast.Name) and target.id in _ASSIGNED:
                assert isinstance(node, ast.Assign | ast.AnnAssign)  # noqa: S101  it has targets
                found[target.id] = _texts(node.value)
    return found


def _texts(value: ast.expr | None) -> tuple[str, ...]:
    if isinstance(value, ast.Tuple | ast.List | ast.Set):
        return tuple(text for it in value.elts for text in _texts(it))
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return (value.value,)
    return ()
