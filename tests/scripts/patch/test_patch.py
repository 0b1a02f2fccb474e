"""The same plan as a patch, taken by git itself."""

import subprocess

import pytest

from analyzer.analysis.repair.file_plan import plan_rename_back
from analyzer.frameworks.rails.framework import FRAMEWORK as RAILS
from analyzer.model.core.blob import blob_id
from analyzer.model.plans.plan import FilePlan
from analyzer.scripts.patch.patch import render_patch
from tests.support.commands.plans import PROVENANCE, incident
from tests.support.histories.trees import (
    CONTENT,
    HOSTILE_NAMES,
    file_plan,
    moved,
    read_tree,
    write_tree,
)

A, B, C = (f"db/migrate/{name}" for name in ("1_a.rb", "2_b.rb", "3_c.rb"))
CRLF = b"# first\r\nclass New < M\r\nend\r\n"
ARRANGEMENTS = [
    pytest.param({A: B}, id="one move"),
    pytest.param({A: B, B: C}, id="a chain"),
    pytest.param({A: B, B: A}, id="a swap"),
    pytest.param({A: B, B: C, C: A}, id="a ring"),
    pytest.param(
        {f"-x {name}/{name}.rb": f"-x {name}/b {name}.rb" for name in HOSTILE_NAMES},
        id="hostile names",
    ),
]


def git(root, *command, check=True):
    return subprocess.run(
        ["git", "-c", "core.autocrlf=false", *command], cwd=root, capture_output=True, check=check
    )


@pytest.fixture
def root(tmp_path):
    (tmp_path / "root").mkdir()
    git(tmp_path / "root", "init", "-q")
    return tmp_path / "root"


def commit(root, tree):
    write_tree(root, tree, mode=0o644)
    git(root, "add", "-A")
    git(root, "commit", "-qm", "before")


def ids(tree):
    return {blob_id(content): content for content in tree.values()}


def apply(root, patch, *options, check=True):
    (root.parent / "fix.patch").write_bytes(patch)
    return git(root, "apply", *options, str(root.parent / "fix.patch"), check=check)


def contents(moves, content=CONTENT):
    return {path: content + path.encode("utf-8", "surrogateescape") for path in moves}


@pytest.mark.parametrize("classes", [False, True], ids=["moves only", "class lines"])
@pytest.mark.parametrize("options", [[], ["--index"]], ids=["apply", "apply --index"])
@pytest.mark.parametrize("moves", ARRANGEMENTS)
def test_git_takes_the_patch_and_its_inverse(root, moves, options, classes):
    tree = contents(moves)
    commit(root, tree)
    plan = file_plan(moves, tree, classes=classes)
    patch = render_patch(plan, ids(tree), PROVENANCE)

    apply(root, patch, "--check", *options)
    apply(root, patch, *options)

    assert read_tree(root) == moved(tree, moves, classes=classes)
    apply(root, render_patch(plan.inverse(), ids(tree), PROVENANCE), *options)
    assert read_tree(root) == tree


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(CRLF, id="CR LF"),
        pytest.param(CRLF.removesuffix(b"\r\n"), id="no line feed at the end"),
        pytest.param(b"#\nclass New < M", id="the class line is the last and has no line feed"),
        pytest.param(b"\xef\xbb\xbf\nclass New < M # \xff\x00\x0c\r\x85\nend\n", id="odd bytes"),
        pytest.param(b"#\n" + CRLF.partition(b"\n")[2] + b"#\n" * 40, id="longer than a hunk"),
    ],
)
def test_contents_are_changed_byte_for_byte(root, content):
    commit(root, {A: content})
    plan = file_plan({A: B}, {A: content}, classes=True)

    apply(root, render_patch(plan, ids({A: content}), PROVENANCE), "--index")

    assert read_tree(root) == {B: content.replace(b"New", b"Old")}
    listed = git(root, "ls-files", "-s", B).stdout.decode().split()
    assert listed[1] == dict(plan.after)[B]


def test_a_patch_for_other_contents_is_not_taken(root):
    commit(root, {A: CRLF.replace(b"New", b"Other")})
    patch = render_patch(file_plan({A: B}, {A: CRLF}, classes=True), ids({A: CRLF}), PROVENANCE)

    done = apply(root, patch, check=False)

    assert done.returncode == 1


def test_the_incident_is_seven_renames():
    world = incident()
    plan = plan_rename_back(world.diagnosis, world.files, {}, RAILS)
    assert isinstance(plan, FilePlan)

    text = render_patch(plan, {}, PROVENANCE).decode()

    assert text.count("similarity index 100%") == 7
    assert (
        "rename from db/migrate/20250823000002_create_system_settings.rb\n"
        "rename to db/migrate/20250715180254_create_system_settings.rb\n"
    ) in text


def test_a_content_that_is_not_known_is_an_error():
    with pytest.raises(KeyError):
        render_patch(file_plan({A: B}, classes=True), {}, PROVENANCE)
