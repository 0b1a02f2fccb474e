"""Changelogs in XML, YAML and JSON, read without ever following what they point to."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from xml.parsers import expat

from analyzer.frameworks.liquibase.changesets import Changelog, ChangeSet
from analyzer.records import Struct, field

if TYPE_CHECKING:
    import yaml

_DEEPEST, _MOST = 60, 200_000  # of nested elements, and of all of them
_LARGEST = 4_000_000  # characters of one changelog
_NO_CHANGES = frozenset(
    {"rollback", "preConditions", "comment", "validCheckSum", "validCheckSums", "property"}
)
_OWN = frozenset({"id", "author"})
_CONDITIONS = frozenset({"context", "contextFilter", "labels", "dbms"})


class UnreadableChangelogError(Exception):
    """Why a changelog cannot be read."""


class Element(Struct):
    """One element: of XML as it is, of YAML each key of a mapping."""

    name: str
    line: int
    told: dict[str, str] = field(default_factory=dict)
    inside: list["Element"] = field(default_factory=list)
    text: str = ""
    text_line: int = 0


def read_xml(text: str) -> Changelog:
    """Read a changelog of XML; a document type, which might name entities, is refused."""
    try:
        return _of(_xml(text))
    except (UnreadableChangelogError, expat.ExpatError, ValueError) as error:
        return Changelog(fault=f"it cannot be read: {error}")


def read_tree(text: str) -> Changelog:
    """Read a changelog of YAML or JSON."""
    import yaml

    try:
        _demand_small(text)
        node = yaml.compose(text, yaml.SafeLoader)
        return _of(_element("", node, _Budget()) if node is not None else Element("", 1))
    except (UnreadableChangelogError, yaml.YAMLError, ValueError, RecursionError) as error:
        return Changelog(fault=f"it cannot be read: {' '.join(str(error).split())[:200]}")


_TOO_LARGE = "it is larger or nested deeper than any changelog"


def _demand_small(text: str) -> None:
    if len(text) > _LARGEST:
        raise UnreadableChangelogError(_TOO_LARGE)


class _Budget:
    """How many elements may still be read: an alias can stand for many."""

    def __init__(self) -> None:
        self._left = _MOST

    def spend(self, depth: int) -> None:
        self._left -= 1
        if self._left < 0 or depth > _DEEPEST:
            raise UnreadableChangelogError(_TOO_LARGE)


def _xml(text: str) -> Element:
    top = Element("", 1)
    stack, budget = [top], _Budget()
    parser = expat.ParserCreate()

    def begin(name: str, told: dict[str, str]) -> None:
        budget.spend(len(stack))
        made = Element(name.rpartition(":")[2], parser.CurrentLineNumber, told)
        stack[-1].inside.append(made)
        stack.append(made)

    def end(name: str) -> None:
        del name
        stack.pop()

    def data(told: str) -> None:
        here = stack[-1]
        here.text_line = here.text_line or parser.CurrentLineNumber
        here.text += told

    def doctype(*told: object) -> None:
        del told
        raise UnreadableChangelogError("it has a document type, which may stand for anything")

    _demand_small(text)
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = data, doctype
    parser.Parse(text, True)  # noqa: FBT003  expat's own: it is all there is
    return top


def _element(name: str, node: "yaml.Node", budget: _Budget, depth: int = 0) -> Element:
    """A node as if it were XML: scalars of a mapping are what it tells, all else is inside."""
    budget.spend(depth)
    import yaml

    made = Element(name, node.start_mark.line + 1)
    if isinstance(node, yaml.ScalarNode):
        made.text, made.text_line = str(node.value), node.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        made.inside = [_element(name, it, budget, depth + 1) for it in node.value]
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            word = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
            if isinstance(value, yaml.ScalarNode):
                made.told[word] = str(value.value)
            inner = _element(word, value, budget, depth + 1)
            inner.line = key.start_mark.line + 1
            made.inside.append(inner)
    return made


def _of(top: Element) -> Changelog:
    """The changesets and includes of a document."""
    found = next((it for it in _walk(top) if it.name == "databaseChangeLog"), None)
    if found is None:
        raise UnreadableChangelogError("it has no databaseChangeLog")
    every = [*_walk(found)]
    logical = next((it.told["logicalFilePath"] for it in every[:_FIRST] if _tells(it)), "")
    sets = tuple(
        _changeset(it, logical) for it in every if it.name == "changeSet" and _OWN.issubset(it.told)
    )
    includes = tuple(
        (it.told[word], it.line)
        for it in every
        for name, word in (("include", "file"), ("includeAll", "path"))
        if it.name == name and word in it.told
    )
    return Changelog(sets, includes)


_FIRST = 4  # elements in which a document tells its own path: a list may be between


def _tells(it: Element) -> bool:
    return it.name == "databaseChangeLog" and "logicalFilePath" in it.told


def _walk(element: Element) -> Iterator[Element]:
    yield element
    for it in element.inside:
        yield from _walk(it)


def _changeset(it: Element, logical: str) -> ChangeSet:
    told: Mapping[str, str] = it.told
    changes = [*_changes(it)]
    return ChangeSet(
        id=told["id"],
        author=told["author"],
        line=it.line,
        logical=told.get("logicalFilePath", logical),
        anew=any(told.get(name, "").lower() == "true" for name in ("runOnChange", "runAlways")),
        any_sum=any(i.name.startswith("validCheckSum") or "dbms" in i.told for i in _walk(it))
        or any(i.name == "comment" for change in changes for i in change.inside),
        sql=tuple(found for change in changes if (found := _sql_of(change)) is not None),
        calls=tuple(
            (change.name, change.told.get("tableName", ""), change.line)
            for change in changes
            if _sql_of(change) is None
        ),
        skipped=bool(_CONDITIONS & {*told}) or any(i.name == "preConditions" for i in _walk(it)),
    )


def _changes(changeset: Element) -> Iterator[Element]:
    """What a changeset does; in YAML that stands in a list below ``changes``."""
    for it in changeset.inside:
        if it.name == "changes":
            for step in it.inside:
                yield from step.inside if step.name == "changes" else (step,)
        elif _is_change(it) and it.name not in changeset.told:
            yield it


def _is_change(it: Element) -> bool:
    return bool(it.inside or it.text.strip() or it.told) and it.name not in _NO_CHANGES


def _sql_of(change: Element) -> tuple[str, int] | None:
    """The SQL that a change runs as it is, and where it begins."""
    if change.name != "sql":
        return None
    inner = next((it for it in change.inside if it.name == "sql"), change)
    told = change.told.get("sql") or inner.text
    return (told, inner.text_line or change.line) if told.strip() else None
