"""Views whose SQL stands in files of their own, as Scenic keeps it: what they read of tables."""

from collections.abc import Callable, Iterator

from analyzer.model.effects.effect import CreateObject, Effect, Guarded, Opaque, Parsed
from analyzer.records import replace
from analyzer.sources.git.blobs import read_contents
from analyzer.sources.git.git import Repository
from analyzer.sources.git.tree import list_commit
from analyzer.sources.git.work_tree import list_work_tree
from analyzer.workflow.reading.files.application import application_root
from analyzer.workflow.reading.files.current_files import TargetFiles

Read = Callable[[str], bytes | None]


def with_view_files(parsed: Parsed, read: Read) -> Parsed:
    """The same, each new view with the tables that it needs.

    Args: read: a file by its path from the application's root; None where there is none.
    """
    if not any(_made_by_file(it) for it in parsed.effects):
        return parsed
    return replace(parsed, effects=tuple(it for each in parsed.effects for it in _read(each, read)))


def reader_of(repository: Repository, target: TargetFiles) -> Read:
    """Reads files of the target's application."""
    root, commit = application_root(target), target.files.commit

    def read(path: str) -> bytes | None:
        folders = [f"{root}{path.rpartition('/')[0]}"]
        entries, loose = (
            list_work_tree(repository, folders)
            if commit is None
            else (list_commit(repository, commit, folders), {})
        )
        found = [it.blob for it in entries if it.path == root + path and it.mode[:3] == "100"]
        return read_contents(repository, found, loose)[found[0]] if found else None

    return read


def _made_by_file(effect: Effect) -> CreateObject | None:
    plain = effect.effect if isinstance(effect, Guarded) else effect
    return plain if isinstance(plain, CreateObject) and plain.file else None


def _read(effect: Effect, read: Read) -> Iterator[Effect]:
    made = _made_by_file(effect)
    if made is None or made.file is None:
        yield effect
        return
    content = read(made.file)
    needs = None if content is None else _needs(content)
    whole = replace(made, needs=needs or ())
    yield replace(effect, effect=whole) if isinstance(effect, Guarded) else whole
    if needs is None:
        lacks = "is not there" if content is None else "cannot be read"
        yield Opaque(f"create_view {made.name}", made.line, f"{made.file} {lacks}", made.file)


def _needs(query: bytes) -> tuple[str, ...] | None:
    """The tables that a query reads; None where it is none."""
    from analyzer.engines.registry import parse_sql  # the parser takes a while to load

    text = query.decode("utf-8", "replace").strip().rstrip(";")
    effects = tuple(parse_sql(f"CREATE VIEW it AS {text}"))
    made = next((it for it in effects if isinstance(it, CreateObject)), None)
    return made.needs if made is not None and len(effects) == 1 else None
