"""What must hold of an accident with any tool: foretold, repaired either way, taken back."""

import json
import subprocess

from tests.support.frameworks.tools import TABLES, ToolApplication

_ALONE = "CREATE INDEX CONCURRENTLY songs_id ON songs (id)"


def check_accident(app: ToolApplication) -> None:
    """Mend it by the rows and undo that, then by the files; then leave it, and let it happen."""
    check_rewrite(app)
    check_rename_back(app)
    app.repo.git("reset", "-q", "--hard")
    app.repo.git("clean", "-q", "-f", "-d", app.tool.folder)
    check_prediction(app)


def check_prediction(app: ToolApplication) -> None:
    """What is foretold is what the real tool then does."""
    tool = app.tool
    done = app.run("diagnose", "--format", "json")
    report = json.loads(done.out)
    (rename,) = report["renames"]
    old, new = tool.key(tool.names[1]), tool.key(tool.renamed)
    assert done.status == 1
    assert report["repository"]["framework"] == tool.name
    assert (rename["old"]["version"], rename["new"]["version"]) == (old, new)
    assert rename["confidence"] in ("certain", "probable")
    foretold = report["environments"][0]["prediction"]
    assert foretold["runs_again"] == foretold["would_run"] == ([new] if tool.again else [])

    ran = app.migrate()

    if tool.again:
        assert (ran.returncode, app.counts()) == (0, [1, 2, 1]), ran.stderr
        return
    assert ran.returncode != 0
    said = " ".join((ran.stdout + ran.stderr).split())
    assert foretold["refuses"]["reason"] in said
    assert app.counts() == [1, 1, 1]


def check_rewrite(app: ToolApplication) -> None:
    """The row gets the new key with all that goes with it; nothing runs; and it can be undone."""
    before = app.rows()
    done = app.run("rewrite", "--apply", "--yes")
    assert done.status == 0, done.out + done.err
    _sound(app)
    undone = app.run("undo", "--yes")
    assert undone.status == 0, undone.err
    assert app.rows() == before


def check_rename_back(app: ToolApplication) -> None:
    """The file gets its old name back, byte for byte; nothing runs."""
    done = app.run("rename-back")
    assert done.status == 0, done.err
    script = app.repo.path.parent / "fix.sh"
    script.write_text(done.out)
    subprocess.run(["/bin/sh", script], cwd=app.repo.path, check=True, capture_output=True)
    made = zip(app.tool.names, TABLES, strict=True)
    assert app.texts() == {name: app.tool.making(table, name) for name, table in made}
    _sound(app)


def _sound(app: ToolApplication) -> None:
    rows = app.rows()
    ran = app.migrate()
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert (app.counts(), app.rows()) == ([1, 1, 1], rows)
    after = app.run("diagnose", "--format", "json")
    assert (after.status, json.loads(after.out)["renames"]) == (0, [])


def check_own_advice(app: ToolApplication) -> None:
    """What the tool advises itself makes the migration run again; that is foretold, too."""
    tool, advice = app.tool, app.tool.advice
    old, new = tool.key(tool.names[1]), tool.key(tool.renamed)
    said = app.run("diagnose").out
    assert advice.removeprefix("npx ").partition(" $OLD")[0] in " ".join(said.split())

    followed = app.shell(advice.replace("$OLD", old))

    assert followed.returncode == 0, followed.stderr
    report = json.loads(app.run("diagnose", "--format", "json").out)
    assert report["environments"][0]["prediction"]["runs_again"] == [new]
    assert app.migrate().returncode == 0
    assert app.counts() == [1, 2, 1]


def check_transactions(app: ToolApplication) -> None:
    """What cannot run in a transaction stops the real tool where that was foretold, and else not.

    Args: app: with all three migrations, which ran.
    """
    texts = [app.tool.running(_ALONE, "SELECT 1")]
    if app.tool.outside is not None:
        texts.append(texts[0].replace(*app.tool.outside, 1))
    name = app.tool.renamed.replace("albums", "indexes")
    for text in texts:
        app.database.run("DROP INDEX IF EXISTS songs_id")
        app.repo.write(
            name, text.replace("$STAMP", name[:13]).replace("{table}", "indexes"), app.tool.folder
        )
        app.repo.commit("an index")
        report = json.loads(app.run("diagnose", "--format", "json").out)
        foretold = report["environments"][0]["prediction"]["fails_at"]

        ran = app.migrate()

        assert (ran.returncode == 0) is (foretold is None), ran.stdout + ran.stderr
