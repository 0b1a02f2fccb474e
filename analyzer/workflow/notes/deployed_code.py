"""The code that ran, for a note: the commit that is given or that the tree is at, and its files."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from analyzer.analysis.notes.new_notes import CodeThatRan
from analyzer.errors import RepositoryError
from analyzer.model.core.migration import FileSet, MigrationFile
from analyzer.model.core.version import VersionKey
from analyzer.model.words.wording import listed
from analyzer.records import Struct, replace
from analyzer.sources.git.git import Repository
from analyzer.sources.git.work_tree import list_changes
from analyzer.workflow.reading.files.current_files import TargetFiles, read_targets
from analyzer.workflow.reading.request import Request

VARIABLES: Mapping[str, str] = {
    "GITHUB_SHA": "GitHub Actions",
    "CI_COMMIT_SHA": "GitLab",
    "CIRCLE_SHA1": "CircleCI",
    "BUILDKITE_COMMIT": "Buildkite",
    "BITBUCKET_COMMIT": "Bitbucket",
    "BUILD_SOURCEVERSION": "Azure Pipelines",
    "TRAVIS_COMMIT": "Travis",
    "DRONE_COMMIT_SHA": "Drone",
    "SEMAPHORE_GIT_SHA": "Semaphore",
    "CODEBUILD_RESOLVED_SOURCE_VERSION": "AWS CodeBuild",
    "GIT_COMMIT": "Jenkins",
    "HEROKU_SLUG_COMMIT": "Heroku",
    "SOURCE_VERSION": "Heroku, while it builds",
    "RENDER_GIT_COMMIT": "Render",
    "KAMAL_VERSION": "Kamal",
}
"""Variables that hold the commit of a run, and whose they are; the first one that is set counts."""
_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_SHOWN = 3  # changed paths in a line


class DeployedCode(Struct, frozen=True):
    """What is taken for the code that ran.

    ``how`` says how the commit is known; where it is not, ``commit`` is None and ``how`` says why.
    ``besides`` is a commit that the work tree is at, where it is another one.
    """

    commit: str | None
    how: str
    besides: str | None = None
    remarks: tuple[str, ...] = ()


def find_deployed_code(
    repository: Repository,
    given: str | None,
    variables: Mapping[str, str],
    passed_over: Callable[[], Iterable[str]],
) -> DeployedCode:
    """Find the commit that ran: given, told by the CI system, or that of a clean work tree.

    Args:
        given: the user's --deployed.
        variables: of the environment.
        passed_over: tells the paths of files that may be changed in a clean tree.

    Raises:
        RepositoryError: there is no commit ``given``.
    """
    if given is not None:
        return DeployedCode(repository.resolve(given), f"given: --deployed {given}")
    head = repository.head()
    told = _told(repository, variables)
    if isinstance(told, DeployedCode):
        away = head if repository.work_tree is not None and head != told.commit else None
        return replace(told, besides=away)
    if head is None:
        return DeployedCode(None, "the repository has no commit yet", remarks=told)
    if repository.work_tree is None:
        return DeployedCode(
            None, "a bare repository has no work tree; pass --deployed REV", None, told
        )
    passed = set(passed_over())
    changed = [path for path in list_changes(repository, [""]) if path not in passed]
    if changed:
        why = f"the work tree has changes that no commit has: {listed(changed, _SHOWN)}"
        return DeployedCode(None, f"no commit was given, and {why}", remarks=told)
    return DeployedCode(head, "the work tree is clean", remarks=told)


def _told(repository: Repository, variables: Mapping[str, str]) -> DeployedCode | tuple[str, ...]:
    """What the CI system's variable says; remarks where it says nothing that is of use."""
    remarks: list[str] = []
    for name, whose in VARIABLES.items():
        value = variables.get(name, "").strip().lower()
        if not _ID.fullmatch(value):
            continue
        try:
            commit = repository.resolve(value)
        except RepositoryError:
            remarks.append(f"{name} names {value[:12]}, which is not a commit of this repository")
        else:
            return DeployedCode(commit, f"told by {name} ({whose})", remarks=tuple(remarks))
    return tuple(remarks)


def read_target(
    repository: Repository, request: Request, deployed: DeployedCode
) -> tuple[TargetFiles, ...]:
    """The applications as they are at the commit, or in the work tree where none is known.

    Raises:
        RepositoryError: no migration folder there.
    """
    return read_targets(repository, replace(request, ref=deployed.commit))


def code_that_ran(
    repository: Repository, request: Request, deployed: DeployedCode, target: TargetFiles
) -> CodeThatRan:
    """The files of an application with their digests."""
    files = target.files.files
    loose = [file for file in files if file.blob in target.loose]
    stored = [file for file in files if file.blob not in target.loose]
    contents = dict(target.loose)
    blobs = list(dict.fromkeys(file.blob for file in stored))
    contents.update(zip(blobs, repository.read_blobs(blobs), strict=True))
    digests = {it.path: hashlib.sha256(contents[it.blob]).hexdigest() for it in (*loose, *stored)}
    doubtful = _doubtful(repository, request, deployed, target.files)
    return CodeThatRan(files, digests, deployed.commit, deployed.how, doubtful)


def _doubtful(
    repository: Repository, request: Request, deployed: DeployedCode, files: FileSet
) -> Mapping[VersionKey, str]:
    """The versions whose files are others where the work tree is at: either may have run."""
    if deployed.besides is None:
        return {}
    place = replace(request, ref=deployed.besides, directories=files.directories)
    (there,) = read_targets(repository, place)
    here, away = _by_version(files.files), _by_version(there.files.files)
    how = deployed.how.partition(" (")[0]
    why = (
        f"its file is another one at {(deployed.commit or '')[:12]}, {how}, than at the checkout's "
        f"{deployed.besides[:12]}: say which ran with --deployed REV"
    )
    return {key: why for key in here.keys() | away.keys() if here.get(key) != away.get(key)}


def _by_version(files: Sequence[MigrationFile]) -> dict[VersionKey, set[tuple[str, str]]]:
    found: dict[VersionKey, set[tuple[str, str]]] = {}
    for file in files:
        found.setdefault(file.version.key, set()).add((file.path, file.blob))
    return found
