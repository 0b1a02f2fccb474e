"""What else goes wrong with any tool: edited, deleted, late, or under a number that is taken."""

import json
import re

from tests.support.frameworks.tools import TABLES, ToolApplication

_BETWEEN = (  # the number of the first file, and one between it and the second
    (r"(?<=20250101)000000", "120000"),
    (r"(?<=2025_01_01_)000000", "120000"),
    (r"^1735700000000", "1735750000000"),
    (r"^001(?=-)", "001a"),
    (r"(?<=20250101_)01", "02"),
)


def late_name(app: ToolApplication) -> str:
    """A name between those of the first two files."""
    first = app.tool.names[0]
    for pattern, number in _BETWEEN:
        if re.search(pattern, first):
            return re.sub(pattern, number, first).replace("songs", "labels")
    raise AssertionError(first)


def check_other_accidents(app: ToolApplication) -> None:
    """Each accident after all of three ran; what is foretold is what the real tool then does."""
    tool = app.tool
    told = {
        "edited": {tool.names[1]: _edited(app)},
        "deleted": {tool.names[1]: None},
        "newest deleted": {tool.names[2]: None},
        "doubled": {_doubled(app): tool.making("genres", _doubled(app))},
        "late": {late_name(app): tool.making("labels", late_name(app))},
    }
    for accident, files in told.items():
        _check(app, accident, files)
        app.repo.git("reset", "-q", "--hard")
        app.repo.git("clean", "-q", "-f", "-d", tool.folder)


def _edited(app: ToolApplication) -> str:
    name = app.tool.names[1]
    return app.tool.making(TABLES[1], name).replace("VALUES (1)", "VALUES (2)")


def _doubled(app: ToolApplication) -> str:
    return app.tool.names[1].replace("albums", "genres")


def _check(app: ToolApplication, accident: str, files: dict[str, str | None]) -> None:
    for name, text in files.items():
        if text is None:
            app.repo.remove(name, app.tool.folder)
        else:
            app.repo.write(name, text, app.tool.folder)
    before = _counts(app)
    done = app.run("diagnose", "--format", "json")
    assert done.status in (0, 1), (accident, done.err)
    foretold = json.loads(done.out)["environments"][0]["prediction"]

    ran = app.migrate()

    said = " ".join((ran.stdout + ran.stderr).split())
    if foretold["refuses"] is not None:
        assert ran.returncode != 0, (accident, foretold, said)
        assert foretold["refuses"]["reason"] in said, (accident, foretold, said)
        assert _counts(app) == before, accident
        return
    assert ran.returncode == 0, (accident, foretold, said)
    new = {"doubled": "genres", "late": "labels"}.get(accident)
    runs = {new} if new is not None and foretold["would_run"] else set()
    assert len(foretold["would_run"]) == len(runs), (accident, foretold)
    assert bool(foretold["never_runs"]) == (new is not None and not runs), (accident, foretold)
    assert {it for it, many in _counts(app).items() if many != before[it]} == runs, (accident, said)


def _counts(app: ToolApplication) -> dict[str, int]:
    found = {}
    for table in (*TABLES, "genres", "labels"):
        there = app.database.run(f"SELECT to_regclass('{table}')") != [(None,)]
        found[table] = app.database.run(f"SELECT count(*) FROM {table}")[0][0] if there else 0
    return found
