"""Whether a file that did not run in one database may get another name, or another text, for all.

Its rows say what ran there, and nothing of other databases. Where it is empty or far behind the
code, as a developer's may be, a merged file that waits has most likely run elsewhere: under another
version it would run there again, and an edit would never reach that database.
"""

import re
from collections.abc import Sequence

from analyzer.frameworks.base import Framework
from analyzer.frameworks.path_names import name_at
from analyzer.model.core.migration import MigrationFile, MigrationName
from analyzer.model.core.version_table import VersionTable
from analyzer.model.findings.diagnosis import Diagnosis
from analyzer.model.words.wording import listed
from analyzer.sources.git.git import Repository
from analyzer.sources.git.refs import main_branch
from analyzer.sources.git.tree import Entry, list_commit
from analyzer.workflow.diagnosis.inference import Inference
from analyzer.workflow.forecast.fix_check import FixCheck
from analyzer.workflow.forecast.predict import never_ran
from analyzer.workflow.next_steps.typed_commands import naming_beside, typed

ALONE = "do not rename or edit it because of this database alone"
"""What advice says that puts off what other databases may forbid."""

_MANY = 10  # pending migrations of a database that is far behind
_SOME = 3  # the same, where it is most of the files
_SHOWN = 3  # files that are named
_PRODUCTION = re.compile(r"\bprod(?:uction)?\b", re.IGNORECASE)


def ask_others(check: FixCheck, files: Sequence[MigrationFile]) -> str:
    """What to do before files are renamed or edited that did not run in this database.

    Returns: nothing where no other database has to be asked: this one keeps up with the code, or is
    production's, or git has none of the files on the main branch, or all others were read.
    """
    inference = check.inference
    if not check.alone or not (lag := behind(inference.table, check.diagnosis)):
        return ""
    merged = {it.path: merged_on(inference.repository, check.framework, it) for it in files}
    known = [it for it in files if merged[it.path]]
    if not known:
        return ""
    names, many = listed((it.basename for it in known), _SHOWN), bool(known[1:])
    return (
        f"{lag}, and {names} {'are' if many else 'is'} on {merged[known[0].path]}, so another "
        f"database may have run {'them' if many else 'it'}; {ALONE}, but diagnose "
        f"{_elsewhere(inference)}"
    )


def behind(table: VersionTable, diagnosis: Diagnosis) -> str:
    """How far a database is behind its code, in words; empty where it is not, or is production's.

    A few pending files are what every deploy brings.
    """
    if _PRODUCTION.search(f"{table.environment} {table.named_by}"):
        return ""
    files = len(diagnosis.files)
    waiting = len([*never_ran(diagnosis)])
    if not table.count:
        return "no migration has run here yet"
    if waiting >= _MANY or (waiting >= _SOME and 2 * waiting > files):
        return f"{waiting} of {files} migrations have not run here yet"
    return ""


def merged_on(repository: Repository, framework: Framework, file: MigrationFile) -> str:
    """The main branch, where it has a migration, be it under another name; empty where not.

    Where git knows no main branch, the commit that is checked out stands for it.
    """
    main = main_branch(repository)
    if main is None:
        return ""
    folder = (file.folder,) if file.folder else ()
    entries = list_commit(repository, main.commit, folder)
    return main.name if any(_is_same(it, file, framework) for it in entries) else ""


def _is_same(entry: Entry, file: MigrationFile, framework: Framework) -> bool:
    if entry.path == file.path or entry.blob == file.blob:
        return True
    name = name_at(framework.files, entry.path)
    return isinstance(name, MigrationName) and bool(name.slug) and name.slug == file.name.slug


def _elsewhere(inference: Inference) -> str:
    """The other databases, and how to read them."""
    request, variable = inference.request, inference.table.otherwise
    if request.named is not None and request.named.others:
        return f"all environments first: migdoctor diagnose {naming_beside(request)}"
    if variable:
        return f"production's first: {variable} {typed(request, 'diagnose', database=False)}"
    return (
        "production's first, named by --database-url or --environment; if this is production's, "
        "say so: --environment production=ADDRESS"
    )
