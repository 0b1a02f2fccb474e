"""Whether the gate knows where migrations lie: what it does not know, it must not let pass."""

from collections.abc import Iterable, Iterator, Sequence

from analyzer.errors import RepositoryError
from analyzer.frameworks.base import Framework
from analyzer.frameworks.registry import chosen_frameworks
from analyzer.frameworks.signatures import recognise
from analyzer.sources.git.tree import find_applications, folder_of
from analyzer.workflow.gate.check_sides import Reader

_SHOWN = 3


def demand_known_folders(reader: Reader, start: str, known: Sequence[str]) -> None:
    """Refuse a change of migrations that lie where no convention and no option looks.

    Args: known: the folders that are compared.

    Raises:
        RepositoryError: there are such files.
    """
    strangers = list(_strangers(reader, start, known))
    if not strangers:
        return
    shown = ", ".join(path for path, _ in strangers[:_SHOWN])
    folders = sorted({path.rpartition("/")[0] or "." for path, _ in strangers})
    tools = sorted({tool for _, tool in strangers})
    ours = {it.name for it in reader.frameworks}.issuperset(tools)
    raise RepositoryError(
        f"the change touches migrations outside every known folder: {shown}",
        why="they were not checked, so nothing can be said about the change"
        if ours
        else f"they look like migrations of {', '.join(tools)}, which check does not judge",
        fix="name the folder: "
        + " ".join(f"--dir {folder}" for folder in folders)
        + ", or folders in .migdoctor.toml"
        if ours
        else f"if they are {_owned(reader)} after all, name their folder with --dir",
    )


def _strangers(reader: Reader, start: str, known: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Changed files that are migrations of some tool, with its name, outside the known folders."""
    outside = [path for path in reader.changed(start) if folder_of(path, known) is None]
    if not outside:
        return
    members = chosen_frameworks(None)  # of one that was not asked for it is known where they lie
    for path in sorted(set(outside)):
        homes = [it for it in members if it.files.home(path) is not None]
        if any(it.files.sure for it in homes):
            continue
        tool = recognise(path, lambda: reader.file_at_head(path) or reader.file_at(start, path))  # noqa: B023  asked at once
        if tool is not None and tool not in {it.name for it in homes}:
            yield path, tool


def demand_some_application(reader: Reader, start: str) -> str:
    """Say that the change touches no migration; refuse where there is nothing to touch.

    Raises:
        RepositoryError: neither side has a folder of migrations, nor a sign of an application.
    """
    paths = reader.all_paths(start)
    if find_applications(paths, reader.frameworks):
        return "no migration folder is touched by the change"
    if any(_has_marker(it, paths) for it in reader.frameworks):
        return "the application has no migration yet"
    raise RepositoryError(
        "nothing here is recognised as migrations",
        why=f"neither the base nor the change has a folder {_usual(reader)}, or a sign of a "
        f"{_titles(reader)} application",
        fix="name the folder: --dir PATH, or folders in .migdoctor.toml; or run it in the "
        "application's repository: --repo PATH",
    )


def _has_marker(framework: Framework, paths: Iterable[str]) -> bool:
    markers = framework.files.markers
    return any(path == it or path.endswith(f"/{it}") for path in paths for it in markers)


def _titles(reader: Reader) -> str:
    return " or ".join(it.commands.title for it in reader.frameworks)


def _usual(reader: Reader) -> str:
    return " or ".join(it.files.usual for it in reader.frameworks)


def _owned(reader: Reader) -> str:
    title = reader.framework.commands.title
    return f"{title}'" if title.endswith("s") else f"{title}'s"
