"""No secret leaves: in whatever form it came, through whatever command, by whatever way out."""

import io
import json
import os
import shlex
import stat
import sys

import click
import pytest

from analyzer.cli import group as cli
from analyzer.cli.group import COMMANDS
from analyzer.cli.main import run
from analyzer.cli.terminal import console
from analyzer.model.secrets.redaction import blanked, holds_secret, redact
from analyzer.model.secrets.secret import Secret, find_secrets
from tests.support.commands.migdoctor import migdoctor
from tests.support.databases.servers import fresh_database
from tests.support.histories.repositories import Repo

SECRET = "s3cr3tW0rd"
NOWHERE = "127.0.0.1:1"
ADDRESSES = {
    "a URL": f"postgresql://u:{SECRET}@{NOWHERE}/d",
    "a URL of another system": f"mysql2://u:{SECRET}@{NOWHERE}/d",
    "a URL with escapes": f"postgresql://u:a%40{SECRET}%2F@{NOWHERE}/d",
    "a URL that is torn": f"postgresql://u:a@b/{SECRET}#@{NOWHERE}/d",
    "a URL with a query": f"postgresql://{NOWHERE}/d?user=u&password={SECRET}&bad",
    "a URL without a host": f"postgresql://u:{SECRET}/d",
    "no scheme": f"u:{SECRET}@{NOWHERE}/d",
    "pairs": f"host=127.0.0.1 port=1 user=u password={SECRET} dbname=d",
    "pairs in quotes": f"host=127.0.0.1 port=1 password='a b {SECRET}'",
    "bytes that are no UTF-8": f"postgresql://u:{SECRET}\udcff@{NOWHERE}/d",
    "pairs that are torn": f"host=127.0.0.1 port=1 password = {SECRET} nonsense",
    "another password of libpq": f"host=127.0.0.1 port=1 sslpassword={SECRET} sslmode=require",
}
PREFIXES = {
    "sshpass": f"sshpass -p {SECRET} ssh nowhere",
    "sshpass, in one word": f"sshpass -p{SECRET} ssh nowhere",
    "a variable": f"env PGPASSWORD={SECRET} false",
    "a variable for docker": f"docker exec -e PGPASSWORD={SECRET} db",
    "a variable in quotes": f"env 'PGPASSWORD=a b {SECRET}' false",
    "a shell": f"sh -c 'PGPASSWORD={SECRET} exec false'",
    "an address": f"env X=postgres://u:{SECRET}@h/d false",
    "an address that is a word": f"false postgres://u:{SECRET}@h/d",
    "an option": f"false --password {SECRET}",
    "an option with =": f"false --password={SECRET}",
    "plink": f"plink -pw {SECRET} nowhere",
    "quotes that are not closed": f"sshpass -p '{SECRET} ssh",
    "an echo": f"sh -c 'echo {SECRET} >&2; exit 1' PGPASSWORD={SECRET}",
}
GIVEN = {
    **{f"--database-url, {name}": ("--database-url", text) for name, text in ADDRESSES.items()},
    **{f"--exec, {name}": ("--exec", text) for name, text in PREFIXES.items()},
}


def commands(group=None, path=()):
    """Every command of the program, with its words."""
    if group is None:
        every = cli.group()
        found = {(name,): every.get_command(click.Context(every), name) for name in COMMANDS}
    else:
        found = {(*path, name): command for name, command in group.commands.items()}
    for words, command in found.items():
        if isinstance(command, click.Group):
            yield from commands(command, words)
        else:
            yield words, command


EVERY = dict(commands())


def required(command, folder):
    """What a command cannot do without."""
    words = []
    for one in command.params:
        if isinstance(one, click.Argument) and one.required:
            words.append(str(folder))
        elif isinstance(one, click.Option) and one.required:
            words += [one.opts[0], "x"]
    return words


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    repo = Repo.make(tmp_path_factory.mktemp("made") / "app")
    repo.add("20250101000001_create_songs.rb", "CreateSongs")
    repo.commit()
    return repo


@pytest.fixture
def repository(made, tmp_path, monkeypatch):
    repo = made
    monkeypatch.chdir(repo.path)
    monkeypatch.setenv("MIGDOCTOR_STATE_DIR", str(tmp_path / "state"))
    for name in ("DATABASE_URL", "PGHOST", "PGPASSWORD"):
        monkeypatch.delenv(name, raising=False)
    return repo


def everything_written(folder):
    return b"".join(
        path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.parts
    )


def assert_kept(capfd, folder):
    out, err = capfd.readouterr()
    assert SECRET not in out + err, out + err
    assert SECRET.encode() not in everything_written(folder)
    assert "Traceback" not in err


def takes(words, option):
    return any(option in one.opts for one in EVERY[words].params)


@pytest.mark.parametrize("given", GIVEN.values(), ids=GIVEN)
@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_no_command_tells_the_secret_of_its_options(words, given, repository, tmp_path, capfd):
    if not takes(words, given[0]):
        pytest.skip("the command has no such option")
    json = ("--format", "json") if takes(words, "--format") else ()

    for more in ((), json) if json else ((),):
        run([*words, *required(EVERY[words], tmp_path), *given, *more])

        assert_kept(capfd, tmp_path)


WRONG = {
    "an argument too many": lambda address: ["x", "y", "z", address],
    "an unknown option": lambda address: [f"--database-ulr={address}"],
    "a choice": lambda address: ["--format", address],
    "a number": lambda address: ["--jobs", address],
    "a prefix without quotes": lambda _: ["--exec", "sshpass", "-p", SECRET, "ssh"],
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_no_error_of_usage_tells_a_secret(words, wrong, repository, tmp_path, capfd):
    for address in ADDRESSES.values():
        assert run([*words, *wrong(address)]) == 2

        assert_kept(capfd, tmp_path)


@pytest.mark.parametrize("given", GIVEN.values(), ids=GIVEN)
def test_no_report_of_a_bug_tells_a_secret(given, repository, tmp_path, capfd, monkeypatch):
    def broken(**_):
        raise RuntimeError(f"it broke with {given[1]}, that is {given[1]!r}")

    monkeypatch.setattr("analyzer.cli.commands.diagnose.build_fleet_requests", broken)

    assert run(["diagnose", *given]) == 3
    out, err = capfd.readouterr()
    assert SECRET not in out + err
    assert "RuntimeError" in err


@pytest.mark.parametrize("name", ["DATABASE_URL", "PGPASSWORD", "SSHPASS"])
def test_a_secret_of_the_environment_is_known(name, monkeypatch, capfd):
    value = ADDRESSES["a URL"] if name == "DATABASE_URL" else SECRET
    console.know_secrets([], {name: value})

    console.say(f"it said {SECRET}")
    console.deliver(f"it said {SECRET}\n")
    console.deliver(f'{{"it said": "{SECRET}"}}\n', kind=console.ArtefactKind.JSON)
    console.deliver(f"<p>{SECRET}</p>\n", kind=console.ArtefactKind.MARKUP)

    out, err = capfd.readouterr()
    assert SECRET not in out + err


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--database-url", "ux_shop"], "no database ux_shop: --database-url ux_shop"),
        (["--database-url", "postgres://app:app@db/app"], "app at db: the application app"),
        (["--database-url", "postgres://app:ab@db/app"], "about the table ab"),
        (["--exec", "ssh -p 2222 host"], "ssh -p 2222 host has 2222 rows"),
        (["--exec", "docker exec -u 1000:1000 db"], "1000 rows"),
        ([], "set PGPASSWORD, or write postgresql://user@host:5432/database; --no-password x"),
        ([], "at 2025-01-01T10:00:00Z by Ann <ann@example.org> in git@github.com:ann/shop.git"),
        ([], "CREATE TABLE t (password_digest text, token text)"),
    ],
)
def test_what_is_no_secret_stays_readable(arguments, text, capfd):
    console.know_secrets(arguments, {})

    console.say(text)

    assert capfd.readouterr().err == text + "\n"


def test_json_stays_json_where_it_is_redacted(capfd):
    import json

    console.know_secrets(["--exec", "sshpass -p 1234567 ssh"], {})
    told = {"a": "postgres://u:x@h and b@c", "1234567": 1234567, "c": ["1234567", "password='x'"]}

    console.deliver(json.dumps(told), kind=console.ArtefactKind.JSON)

    found = json.loads(capfd.readouterr().out)
    assert found == {
        "a": "postgres://u:***@h and b@c",
        "1234567": 1234567,
        "c": ["***", "password='x'"],
    }


def test_a_secret_does_not_show_itself():
    secret = Secret(SECRET)

    assert SECRET not in f"{secret} {secret!r} {[secret]}"


@pytest.mark.parametrize("text", [*ADDRESSES.values(), *PREFIXES.values()])
def test_a_command_is_blanked_with_all_that_it_holds(text):
    command = f"cd /x && DATABASE_URL={shlex.quote(text)} bin/rails db:migrate"

    assert SECRET not in blanked(command)
    assert SECRET not in blanked(text)
    assert SECRET not in redact(text, find_secrets([text]))
    assert holds_secret(text)
    assert not holds_secret("cd /x && bin/rails db:migrate RAILS_ENV=production")


# A recovery, whose commands are kept in its folder and written into its runbook

MIGRATE = f"DATABASE_ADMIN=postgres://u:{SECRET}@h/d PASSWORD={SECRET} ./migrate"


@pytest.fixture
def app(postgres18, tmp_path):
    with fresh_database(postgres18) as database:
        schema = "CREATE TABLE schema_migrations (version varchar PRIMARY KEY);"
        schema += "INSERT INTO schema_migrations VALUES ('1')"
        database.run(schema)
        (tmp_path / "migrate").write_text(
            "#!/bin/sh\ntr '\\0' ' ' < /proc/$PPID/cmdline > \"$SEEN\"\n"
            f'exec {postgres18.bin}/psql -qX "$DATABASE_URL" -c "{schema}"\n'
        )
        (tmp_path / "migrate").chmod(0o755)
        yield database
        with postgres18.connect() as connection:
            found = connection.execute(
                "SELECT datname FROM pg_database WHERE datname LIKE %s", (database.name + "\\_%",)
            )
            for (name,) in found.fetchall():
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def recover(app, folder, *words):
    return migdoctor(
        folder, "recover", *words, "--yes", DATABASE_URL=app.url, SEEN=str(folder / "seen")
    )


def test_a_recovery_keeps_no_password_and_shows_its_files_to_nobody_else(app, tmp_path):
    prefix = ("--scratch-url", app.server.url(), "--folder", "r")
    done = recover(app, tmp_path, "full", "--migrate-command", MIGRATE, *prefix)

    assert done.status == 0, done.err
    assert SECRET not in done.out + done.err
    assert SECRET.encode() not in everything_written(tmp_path)
    assert SECRET not in (tmp_path / "seen").read_text()
    assert stat.S_IMODE((tmp_path / "r").stat().st_mode) == 0o700
    for name in ("runbook.sh", "runbook.md", "plan.json", "journal.jsonl"):
        assert stat.S_IMODE((tmp_path / "r" / name).stat().st_mode) == 0o600, name


def test_a_runbook_asks_for_the_password_that_it_does_not_hold(app, tmp_path):
    prefix = f"env PATH={app.server.bin}:{os.environ['PATH']} PGPASSWORD={SECRET}"
    words = ("full", "--migrate-command", MIGRATE, "--runbook", "book", "--database-url", app.url)
    done = migdoctor(tmp_path, "recover", *words, "--exec", prefix)

    assert done.status == 0, done.err
    text = (tmp_path / "book" / "runbook.sh").read_text()
    assert SECRET not in text
    assert 'PGPASSWORD="$EXEC_SECRET" psql' in text.replace("'PGPASSWORD='", "PGPASSWORD=")
    assert 'eval "${MIGRATE_COMMAND:?' in text
    assert stat.S_IMODE((tmp_path / "book").stat().st_mode) == 0o700


def test_a_command_that_held_a_password_must_be_typed_again(app, tmp_path):
    words = ("--folder", "r", "--scratch-url", app.server.url())
    failing = MIGRATE.replace("./migrate", "false")
    begun = recover(app, tmp_path, "full", "--migrate-command", failing, *words)
    assert begun.status == 2, begun.err

    silent = recover(app, tmp_path, "resume", "r")
    assert silent.status == 2
    assert "the command of --migrate-command must be typed again" in silent.err
    again = recover(app, tmp_path, "resume", "r", "--migrate-command", MIGRATE, *words[2:])
    assert again.status == 0, again.err
    assert SECRET not in begun.err + silent.err + again.err


@pytest.mark.parametrize("verb", ["resume", "back"])
def test_no_command_of_a_strangers_plan_runs(app, tmp_path, verb):
    words = ("--folder", "r", "--scratch-url", app.server.url(), "--stop-command", "true")
    recover(app, tmp_path, "full", "--migrate-command", "false", *words)
    plan = tmp_path / "r" / "plan.json"
    plan.write_text(plan.read_text().replace('"true"', f'"touch {tmp_path}/ran"'))

    done = recover(app, tmp_path, verb, "r")

    assert done.status == 2
    assert "must be typed again" in done.err
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("verb", ["resume", "back", "drop-old"])
@pytest.mark.parametrize("field", ["making", "aside", "id"])
def test_no_plan_names_another_database_to_drop(app, tmp_path, verb, field):
    words = ("--folder", "r", "--scratch-url", app.server.url())
    recover(app, tmp_path, "full", "--migrate-command", "false", *words)
    path = tmp_path / "r" / "plan.json"
    plan = json.loads(path.read_text())
    with app.server.connect() as connection:
        connection.execute(f"CREATE DATABASE {app.name}_precious")
    path.write_text(json.dumps({**plan, field: f"{app.name}_precious"}))

    done = (
        recover(app, tmp_path, verb, "r", "--migrate-command", "true")
        if verb == "resume"
        else (recover(app, tmp_path, verb, "r"))
    )

    assert done.status == 2
    assert "no recovery would call a database" in done.err
    with app.server.connect() as connection:
        found = connection.execute(
            "SELECT count(*) FROM pg_database WHERE datname = %s", (f"{app.name}_precious",)
        )
        assert found.fetchone() == (1,)


def test_a_question_shows_no_secret(monkeypatch):
    from analyzer.cli.terminal.dialogue import TerminalDialogue

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    screen = Terminal()
    monkeypatch.setattr(sys, "stdin", Terminal("no\n"))
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("COLUMNS", "80")
    console.know_secrets([], {})

    TerminalDialogue().ask(f"Run `sshpass -p {SECRET} ssh \x1b[2J` now?")

    assert SECRET not in screen.getvalue()
    assert "\x1b" not in screen.getvalue()
