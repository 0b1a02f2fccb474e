"""Real folders for scripts that move files, and what is in them."""

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from hypothesis import strategies as st

from analyzer.analysis.repair.ordering import in_safe_order
from analyzer.model.core.blob import blob_id
from analyzer.model.plans.plan import FilePlan, MoveFile, ReplaceLine

SHELLS = {
    "dash": ["dash"],
    "bash": ["bash", "--posix"],
    "busybox": ["busybox", "sh"],
    "sh": ["sh"],  # whatever the system has
}
CONTENT = b"# first\r\nclass New < ActiveRecord::Migration[8.0] # caf\xe9\r\nend"
HOSTILE_NAMES = (
    "a b",
    "it's",
    'do"uble',
    "$HOME",
    "`touch canary`",
    "$(touch canary)",
    "back\\slash",
    "new\nline",
    "-dash",
    "--",
    "*",
    "?[a]",
    "~",
    "é",
    "\udcff\udc80",
    "\x1b[31m",
    "\u202e",
    "a;touch canary",
    "line feed\n",
    "%s%n",
    "!",
    "#",
    "&",
    "|",
    "tab\t",
    "'$(touch canary)'",
    "\\012",
    "{a,b}",
    " ",
)
names = st.text(
    st.one_of(
        st.sampled_from("ab .-_$`'\"\\\n\t*?~;&|<>()!#%{}="),
        st.characters(exclude_characters="/\0", max_codepoint=0x2FFF, exclude_categories=["Cs"]),
        st.sampled_from(["\udc80", "\udcff"]),
    ),
    min_size=1,
    max_size=12,
)


def available(shell: str) -> bool:
    return shutil.which(SHELLS[shell][0]) is not None


def write_tree(root: Path, tree: Mapping[str, bytes], mode: int = 0o640) -> None:
    for path, content in tree.items():
        place = Path(os.fsdecode(os.path.join(os.fsencode(root), os.fsencode(path))))  # noqa: PTH118  # paths of any bytes
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        place.chmod(mode)


def read_tree(root: Path) -> dict[str, bytes]:
    return {
        os.fspath(place.relative_to(root)): place.read_bytes()
        for place in root.rglob("*")
        if place.is_file() and ".git" not in place.relative_to(root).parts
    }


def run_script(
    text: str,
    root: Path,
    *arguments: str,
    shell: str = "sh",
    cwd: Path | None = None,
    **environment: str,
) -> subprocess.CompletedProcess[bytes]:
    script = root.parent / "script.sh"
    script.write_bytes(os.fsencode(text))
    command = [*SHELLS[shell], os.fspath(script), *arguments]
    return subprocess.run(
        command,
        cwd=cwd or root,
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
    )


def tree_for(moves: Iterable[str]) -> dict[str, bytes]:
    """Files that can be told apart."""
    return {path: CONTENT + path.encode("utf-8", "surrogateescape") for path in moves}


def file_plan(
    moves: Mapping[str, str], tree: Mapping[str, bytes] | None = None, *, classes: bool = False
) -> FilePlan:
    """A plan with these moves; with ``classes`` each file's second line changes as well."""
    tree = tree_for(moves) if tree is None else tree
    steps = [MoveFile(*step) for step in in_safe_order(moves, lambda path: path + ".migdoctor")]
    lines = []
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    for source, target in moves.items():
        content = tree[source]
        before[source] = blob_id(content)
        if classes:
            line = content.split(b"\n")[1].removesuffix(b"\r").decode("utf-8", "surrogateescape")
            lines.append(ReplaceLine(target, 2, line, line.replace("New", "Old", 1)))
            content = content.replace(b"New", b"Old", 1)
        after[target] = blob_id(content)
    return FilePlan(
        (*steps, *lines),
        tuple(MoveFile(*move) for move in moves.items()),
        (),
        tuple(before.items()),
        tuple(after.items()),
    )


def moved(tree: Mapping[str, bytes], moves: Mapping[str, str], *, classes: bool = False):
    """The tree as it should be after such a plan."""
    return {
        moves.get(path, path): content.replace(b"New", b"Old", 1)
        if classes and path in moves
        else content
        for path, content in tree.items()
    }
