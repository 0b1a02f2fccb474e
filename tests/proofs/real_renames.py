"""Real renames, each read by eye, found again: Prisma, Alembic, Django, Knex, Sequelize.

Run it with a folder that holds clones, each as ``OWNER+NAME`` (a bare one as ``OWNER+NAME/repo``):

    python -m tests.proofs.real_renames FOLDER

For each rename the rows are those of a database that was deployed from the commit before it; the
diagnosis of the commit must pair just the old version with the new one. It prints a line for each,
and ends with 1 where one is not found.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from analyzer.records import Struct
from analyzer.sources.git.git import open_repository
from tests.support.commands.migdoctor import migdoctor


class RealRename(Struct, frozen=True):
    """A rename in a public repository; ``new`` is empty where there is none."""

    repository: str
    framework: str
    folder: str
    commit: str
    old: str
    new: str


_UMAMI = ("umami-software+umami", "prisma")
_DOCUMENSO = ("documenso+documenso", "prisma", "packages/prisma/migrations")
_EVENTS = ("fossasia+open-event-server", "alembic", "migrations/versions")
_INDICO = ("indico+indico", "alembic", "indico/migrations/versions")
_READTHEDOCS = ("readthedocs+readthedocs.org", "django")
_SALEOR, _NETBOX = ("saleor+saleor", "django"), ("netbox-community+netbox", "django")
_FORMBRICKS = ("formbricks+formbricks", "prisma", "packages/database/migrations")
_KUTT = ("thedevs-network+kutt", "knex", "server/migrations")
_OUTLINE = ("outline+outline", "sequelize", "server/migrations")
_REDASH = ("getredash+redash", "alembic", "migrations/versions")
_CTFD = ("CTFd+CTFd", "alembic", "migrations/versions")
_PG, _MY, _NOW = "db/postgresql/migrations", "db/mysql/migrations", "prisma/migrations"
_LOGS = "add_user_security_audit_logs"
_TO_SCRIPT = (  # the ending is a part of Knex's key, so that each ran again
    "20200211220920_constraints",
    "20200510140704_domains",
    "20200718124944_description",
    "20200730203154_expire_in",
    "20200810195255_change_email",
)
RENAMES = tuple(
    RealRename(*told)
    for told in (
        (*_UMAMI, _NOW, "1bffb3cbf", "19_add_session_recording", "19_add_session_replay"),
        (*_UMAMI, _NOW, "5fbecfa5a", "18_add_session_recording", "19_add_session_recording"),
        (*_UMAMI, _NOW, "e08907d99", "15_boards", "16_boards"),
        (*_UMAMI, _PG, "b41a2a4e5", "05_remove_event_data", "06_remove_event_data"),
        (*_UMAMI, _PG, "ba31f48f1", "04_account_uuid", "04_add_uuid"),
        (*_UMAMI, _PG, "d53b4a889", "04_remove_casade_delete", "03_remove_casade_delete"),
        (*_UMAMI, _MY, "d53b4a889", "04_remove_cascade_delete", "03_remove_cascade_delete"),
        (*_UMAMI, _PG, "eda40d233", "20210320112717_init", "01_init"),
        (*_UMAMI, _MY, "eda40d233", "20220627184654_init", "01_init"),
        (*_UMAMI, _MY, "37653aa5b", "20210320112658_init", "20220627180624_init"),
        (
            *_DOCUMENSO,
            "2636d5fd1",
            "20240131120410_add_document_meta_redirect_url",
            "20240206111230_add_document_meta_redirect_url",
        ),
        (*_DOCUMENSO, "ada46a5f4", f"20240130073345_{_LOGS}", f"20240131004516_{_LOGS}"),
        (*_DOCUMENSO, "1bda74b3a", f"20240130072543_{_LOGS}", f"20240130073345_{_LOGS}"),
        (*_DOCUMENSO, "942714395", f"20240130062658_{_LOGS}", f"20240130072543_{_LOGS}"),
        (
            *_FORMBRICKS,
            "96e54dbb46",
            "20230808192312_add_name_to_webhooks",
            "20230809132511_add_name_to_webhook",
        ),
        (
            *_FORMBRICKS,
            "7d52ed19c0",
            "20230926080500_add_responseId_to_display",
            "20231008155535_add_response_id_to_display",
        ),
        *((*_KUTT, "8fe106c", f"{name}.ts", f"{name}.js") for name in _TO_SCRIPT),
        (
            *_KUTT,
            "d8eaa41",
            "20240911230301_change_cooldown.js",
            "",
        ),  # another one, and its way back
        (*_OUTLINE, "e73eec4486", "20170601032359-add-views.js", "20170604052346-add-views.js"),
        (
            *_OUTLINE,
            "c229369efd",
            "20170603185012-add-collection-documents-migration.js",
            "20170603185012-add-collection-documentStructure-migration.js",
        ),
        (
            *_OUTLINE,
            "0026b092d2",
            "20160626063409-unnamed-migration.js",
            "20160626063409-add-indexes.js",
        ),
        (*_REDASH, "2dff8b9a0", "e5c7a4e2df4d", ""),  # only the quotes changed
        (*_REDASH, "deceaa888", "1730e2ac33a4", ""),  # deleted; what comes after it is edited
        (*_CTFD, "c8031b38c", "87733981ca0e", ""),  # all are one new revision from then on
        (*_EVENTS, "a1ed851c6", "29e3fab8b333", ""),  # generated again, with seven tables more
        (*_EVENTS, "750b19416", "1adc6271d9fc", ""),
        (*_EVENTS, "a2355f8bc", "581f064814e1", "3458fec198e2"),
        (*_EVENTS, "34394f1b5", "02f0bb53c4bf", "bf894430e0a9"),
        (*_EVENTS, "d900aaad5", "281ba28c9c07", "29e3fab8b333"),
        (*_INDICO, "68811e8706", "fd47fc619616", "f6cb3c9cf9ab"),
        (*_INDICO, "68811e8706", "80b98c1ccc8f", "73a9a5a437c5"),
        (
            *_READTHEDOCS,
            "readthedocs/projects/migrations",
            "2bae85056",
            "projects.0135_addons_customscript",
            "projects.0134_addons_customscript",
        ),
        (
            *_READTHEDOCS,
            "readthedocs/builds/migrations",
            "a3078ee5f",
            "builds.0038_track_task_id",
            "builds.0041_track_task_id",
        ),
        (
            *_READTHEDOCS,
            "readthedocs/projects/migrations",
            "bb4db9147",
            "projects.0032_add_htmlfile",
            "projects.0037_add_htmlfile",
        ),
        (
            *_SALEOR,
            "saleor/order/migrations",
            "6d8c3599b1",
            "order.0130_rewrite_order_relations",
            "order.0132_rewrite_order_relations",
        ),
        (
            *_SALEOR,
            "saleor/product/migrations",
            "2b741db681",
            "product.0159_auto_20220218_0858",
            "product.0162_auto_20220228_1233",
        ),
        (
            *_NETBOX,
            "netbox/dcim/migrations",
            "b5239984e",
            "dcim.0210_devicerole_uniqueness",
            "dcim.0208_devicerole_uniqueness",
        ),
        (
            *_NETBOX,
            "netbox/extras/migrations",
            "94dd07e1e",
            "extras.0080_search",
            "extras.0083_search",
        ),
    )
)


def rows_before(repository: Path, rename: RealRename) -> list[str]:
    """The versions of a database that was deployed from the commit before."""
    if rename.framework == "alembic":
        return [rename.old]  # it stands there
    git = open_repository(str(repository))
    listed = git.run("ls-tree", "--name-only", f"{rename.commit}^:{rename.folder}").decode()
    names = [name for name in listed.splitlines() if not name.endswith(".toml")]
    if rename.framework != "django":
        return names
    app = rename.old.partition(".")[0]
    return [f"{app}.{it.removesuffix('.py')}" for it in names if it[0] != "_"]


def found(repository: Path, rename: RealRename, folder: Path) -> str:
    """What the diagnosis says; empty where it is right."""
    rows = folder / "rows"
    rows.write_text("\n".join(rows_before(repository, rename)))
    asked = ("--ref", rename.commit, "--dir", rename.folder, "--rows", str(rows))
    done = migdoctor(repository, "diagnose", "--repo", ".", "--format", "json", *asked)
    if done.status not in (0, 1):
        return done.err
    report = json.loads(done.out)
    pairs = [
        (it["old"]["version"], it["new"]["version"], it["confidence"]) for it in report["renames"]
    ]
    right: list[object] = [it for it in pairs if it[:2] == (rename.old, rename.new)]
    if not rename.new:
        pairs = [it for it in pairs if it[2] != "ambiguous"]  # a question claims nothing
        right = [] if pairs else ["no pair"]
    if report["repository"]["framework"] != rename.framework:
        return f"taken for {report['repository']['framework']}'s"
    return "" if right else f"found instead: {pairs or 'nothing'}"


def main() -> int:
    """Look for all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clones", type=Path)
    parser.add_argument("repositories", nargs="*", help="their names; default: all")
    options = parser.parse_args()
    failed = 0
    for rename in RENAMES:
        if options.repositories and rename.repository not in options.repositories:
            continue
        place = options.clones / rename.repository
        place = place / "repo" if (place / "repo").is_dir() else place
        with tempfile.TemporaryDirectory() as folder:
            wrong = found(place.resolve(), rename, Path(folder))
        failed += bool(wrong)
        now = rename.new or rename.old
        told = f"{rename.repository} {rename.commit}: {rename.old} is {now}"
        print(f"{told}: {wrong.strip() or 'found'}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
