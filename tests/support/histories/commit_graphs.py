"""Repositories given as graphs of commits, written in one go through git fast-import."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from analyzer.records import Struct, field
from tests.support.histories.repositories import Repo

Changes = dict[str, str | None]  # path -> content; None: deleted


class Node(Struct, frozen=True, dict=True):
    """A commit: the places of its parents among the nodes, and what it changes.

    A merge starts from its first parent's files; ``like`` takes those of another node instead.
    """

    parents: tuple[int, ...] = ()
    changes: Changes = field(default_factory=dict)
    like: int | None = None
    date: int = 0  # seconds after the one before it; may be negative


def build(path: Path, nodes: Sequence[Node]) -> tuple[Repo, list[str]]:
    """Write the graph; returns the repository, and the commits' ids in the order of the nodes."""
    repo = Repo.make(path, bare=True)
    marks = path / "marks"
    subprocess.run(
        ["git", "-C", str(path), "fast-import", "--quiet", "--force", f"--export-marks={marks}"],
        input=_stream(nodes).encode("utf-8", "surrogateescape"),
        check=True,
    )
    ids = dict(line.split() for line in marks.read_text().splitlines())
    return repo, [ids[f":{place + 1}"] for place in range(len(nodes))]


def _stream(nodes: Sequence[Node]) -> str:
    states: list[dict[str, str]] = []
    text, seconds = [], 1_600_000_000
    for place, node in enumerate(nodes):
        seconds += 60 + node.date
        base = node.like if node.like is not None else next(iter(node.parents), None)
        state = dict(states[base]) if base is not None else {}
        for name, content in node.changes.items():
            state.pop(name, None)
            if content is not None:
                state[name] = content
        states.append(state)
        text.append(_commit(place, node, seconds, state))
    return "".join(text)


def _commit(place: int, node: Node, seconds: int, state: dict[str, str]) -> str:
    lines = [
        f"commit refs/heads/n{place}\nmark :{place + 1}\n",
        f"committer Person {place % 3} <p@example.org> {seconds} +0000\n{_data(f'commit {place}')}",
    ]
    for number, parent in enumerate(node.parents):
        lines.append(f"{'merge' if number else 'from'} :{parent + 1}\n")
    lines.append("deleteall\n")
    lines += [f"M 100644 inline {name}\n{_data(content)}" for name, content in state.items()]
    return "".join(lines) + "\n"


def _data(text: str) -> str:
    return f"data {len(text.encode('utf-8', 'surrogateescape'))}\n{text}\n"
