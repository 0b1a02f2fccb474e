"""The checklist of a release: ``python tests/proofs/release.py``, from a clean checkout.

Builds wheel and sdist, has twine check them, installs each in an empty environment by the lock, and
types the README's lines there with an empty HOME. What is only done at the release is listed as
``todo``, and counts with ``python tests/proofs/release.py final``. ``python tests/proofs/release.py
lock`` writes requirements.lock anew. Needs a package index; takes a few minutes.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
import tomllib
import venv
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements.lock"
_MOST = 300  # seconds of one step; an index that does not answer ends it
_HEAD = """\
# What migdoctor needs at run time and to be built, pinned with hashes for Python 3.11 to 3.14; the
# action installs it so. Written by: python tests/proofs/release.py lock
"""
_BY_HAND = (
    "if the pages are published: [project.urls] names their address, ours, as Documentation",
    "the tag is signed, and the demo was looked at in a terminal of 80 columns",
)


class Environment:
    """An empty virtual environment, and a HOME with nothing in it."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "env" / "bin"
        self.home = folder / "home"
        self.home.mkdir(parents=True)
        venv.create(folder / "env", with_pip=True)

    def run(self, *command: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
        kept = {name: os.environ[name] for name in os.environ if not name.startswith(("PG", "XDG"))}
        own = {"HOME": str(self.home), "PATH": f"{self.bin}{os.pathsep}{os.environ['PATH']}"}
        for name in ("CARGO_HOME", "RUSTUP_HOME"):  # pip asks rustup's shim which Rust there is
            own[name] = str(self.home.parent / name.lower())
        begun = time.monotonic()
        print(f"....  {' '.join(command)[:90]}", flush=True)
        try:
            done = subprocess.run(
                command,
                cwd=cwd,
                env={**kept, **own},
                stdin=subprocess.DEVNULL,  # nothing waits for an answer
                capture_output=True,
                text=True,
                check=False,
                timeout=_MOST,
            )
        except subprocess.TimeoutExpired:
            told = f"it did not end within {_MOST} s: is the package index reachable?"
            return subprocess.CompletedProcess(command, 1, "", told)
        print(f"      {time.monotonic() - begun:.0f} s", flush=True)
        return done

    def install(self, *words: str) -> str:
        """Install, and say what went wrong; empty where nothing did."""
        done = self.run("python", "-m", "pip", "install", "--quiet", *words)
        return done.stderr if done.returncode else ""


def project() -> dict[str, object]:
    found: dict[str, object] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return found


def said_versions() -> Iterator[str]:
    """What is wrong with the places that name the version."""
    from analyzer import __version__

    version = project()["version"]
    if version != __version__:
        yield f"pyproject.toml says {version}, analyzer.__version__ {__version__}"
    for place in [ROOT / "README.md", *(ROOT / "docs" / "pages").glob("*.md")]:
        for found in re.findall(r"(?:migdoctor@|rev: )v(\S+)", place.read_text("utf-8")):
            if found != version:
                yield f"{place.name} shows v{found}"


def to_be_done() -> Iterator[str]:
    """What is left to be done at the release, and is in order between releases."""
    text, version = (ROOT / "CHANGELOG.md").read_text("utf-8"), project()["version"]
    if not re.search(rf"^## {re.escape(str(version))}\b", text, re.MULTILINE):
        yield f"give CHANGELOG.md the heading '## {version}, DATE' above its entries"
    if re.search(r"^## Unreleased\n+- ", text, re.MULTILINE):
        yield "leave no entry under Unreleased in CHANGELOG.md: move them below that heading"


def packages(folder: Path) -> Iterator[str]:
    """Build both, check both, install both, and type the README's lines."""
    tools = Environment(folder / "tools")
    if wrong := tools.install("build", "twine"):
        yield wrong
        return
    built = folder / "dist"
    for command in (("-m", "build", "--outdir", str(built)), ("-m", "twine", "check", "--strict")):
        files = [str(it) for it in built.glob("*")] if "twine" in command else []
        done = tools.run("python", *command, *files)
        if done.returncode:
            yield done.stdout + done.stderr
            return
    for package in sorted(built.iterdir()):
        yield from (f"{package.name}: {it}" for it in installed(folder / package.suffix, package))


def installed(folder: Path, package: Path) -> Iterator[str]:
    """What is wrong with one package in an empty environment."""
    empty = Environment(folder)
    if wrong := empty.install("--require-hashes", "-r", str(LOCK)) or empty.install(
        "--no-deps", "--no-build-isolation", str(package)
    ):
        yield wrong
        return
    with_server = f"{package}[server]"
    if wrong := empty.install(with_server):
        yield wrong
    for command in (
        ["migdoctor", "--version"],
        ["migdoctor", "--help"],
        ["migdoctor", "explain"],
        ["migdoctor", "demo"],
    ):
        done = empty.run(*command, cwd=empty.home)
        if done.returncode:
            yield f"{' '.join(command)}: {done.stdout[-500:]}{done.stderr[-2000:]}"
    left = [it.name for it in empty.home.iterdir() if it.name not in {".cache", ".local"}]
    if left:
        yield f"leaves {', '.join(left)} in HOME"


def write_lock() -> None:
    """Pin what pyproject.toml asks for, and what builds it."""
    with tempfile.TemporaryDirectory() as folder:
        tools = Environment(Path(folder))
        if wrong := tools.install("uv"):
            sys.exit(wrong)
        wanted = Path(folder) / "build.in"
        lines = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
        wanted.write_text("\n".join(lines))
        options = "--universal --python-version 3.11 --generate-hashes --no-annotate --no-header"
        done = tools.run(
            "uv", "pip", "compile", "--quiet", *options.split(), "pyproject.toml", str(wanted)
        )
        if done.returncode:
            sys.exit(done.stderr)
        LOCK.write_text(_HEAD + done.stdout)


def main(*, final: bool) -> int:
    with tempfile.TemporaryDirectory() as folder:
        items = {
            "version": list(said_versions()),
            "packages": list(packages(Path(folder))),
        }
    for name, wrong in items.items():
        print(f"{'FAIL' if wrong else 'pass'}  {name}", *wrong, sep="\n      ")
    left = list(to_be_done())
    for told in left:
        print(f"todo  {told}")
    for told in _BY_HAND:
        print(f"look  {told}")
    return int(any(items.values()) or (final and bool(left)))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(write_lock() if sys.argv[1:] == ["lock"] else main(final="final" in sys.argv[1:]))
