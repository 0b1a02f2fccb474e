"""A grown history as a real git repository, built by one call of git-fast-import."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.support.histories.grown_history import Grown


def build(grown: Grown, into: Path) -> list[str]:
    """Build the history as a bare git repository; returns its commits' ids, in order."""
    _git("init", "--quiet", "--bare", "--template=", "--initial-branch=main", str(into))
    marks = into / "marks"
    stream = b"".join(_fast_import(grown))
    _git(
        "-C", str(into), "fast-import", "--quiet", "--done", f"--export-marks={marks}", stdin=stream
    )
    ids = dict(line.split() for line in marks.read_text().splitlines())
    return [ids[f":{place + 1}"] for place in range(len(grown.commits))]


def _git(*args: str, stdin: bytes = b"") -> None:
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    alone = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(
        ["git", *args], input=stdin, capture_output=True, check=True, env=inherited | alone
    )


def _fast_import(grown: Grown) -> Iterator[bytes]:
    """Tell the history in git-fast-import's own words; a passing ref holds what has no branch."""
    for place, commit in enumerate(grown.commits):
        who = f"Ada Author <ada@example.org> {1_700_000_000 + place * 3600} +0000"
        yield f"commit refs/passing/c{place}\nmark :{place + 1}\ncommitter {who}\n".encode()
        yield _data(f"{place}: {' and '.join(commit.deeds)}\n".encode())
        for kind, parent in zip(("from", "merge"), commit.parents, strict=False):
            yield f"{kind} :{parent + 1}\n".encode()
        yield b"deleteall\n"
        yield b"M 100644 inline README\n" + _data(f"{place}\n".encode())
        for path, one in sorted(commit.tree.items()):
            yield f"M 100644 inline {path}\n".encode() + _data(one.source.text())
    for name, tip in sorted(grown.branches.items()):
        yield f"reset refs/heads/{name}\nfrom :{tip + 1}\n\n".encode()
    for place in range(len(grown.commits)):
        yield f"reset refs/passing/c{place}\nfrom {'0' * 40}\n\n".encode()
    yield b"done\n"


def _data(content: bytes) -> bytes:
    """Frame bytes for git-fast-import."""
    return b"data %d\n%s\n" % (len(content), content)
