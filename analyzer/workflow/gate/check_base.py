"""What a change is compared with: named by the user, by the CI system, or by the clone."""

import os
import re
from collections.abc import Iterator, Mapping

from analyzer import limits
from analyzer.errors import RepositoryError, UsageError
from analyzer.model.words.shell_word import shell_word
from analyzer.records import Struct
from analyzer.sources.files.bounded import parse_json, read_file
from analyzer.sources.git.git import Repository
from analyzer.sources.git.refs import MAIN
from analyzer.workflow.places.ci_system import in_ci

_NOTHING = set("0")  # a push that makes a branch names a commit of zeros only
# variable -> what it holds; the first that is set names the base
_VARIABLES = {
    "GITHUB_BASE_REF": "branch",  # pull requests
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "branch",  # GitLab
    "CI_MERGE_REQUEST_DIFF_BASE_SHA": "commit",
    "BITBUCKET_PR_DESTINATION_BRANCH": "branch",
    "BITBUCKET_PR_DESTINATION_COMMIT": "commit",
    "SYSTEM_PULLREQUEST_TARGETBRANCH": "branch",  # Azure, as refs/heads/main
    "CIRCLE_PR_BASE_BRANCH": "branch",  # CircleCI sets none by itself; these names are customary
    "CIRCLE_TARGET_BRANCH": "branch",
    "CHANGE_TARGET": "branch",  # Jenkins, multibranch
    "ghprbTargetBranch": "branch",  # Jenkins, GitHub pull request builder
    "BUILDKITE_PULL_REQUEST_BASE_BRANCH": "branch",
}
_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class Base(Struct, frozen=True):
    """The commit that the base is at, and how it was found, in words."""

    commit: str
    name: str
    chosen: bool  # by the user or the CI system


class Guess(Struct, frozen=True):
    """Find a base that the CI system's variables or the clone name."""

    revision: str
    source: str
    is_branch: bool


def find_base(
    repository: Repository, given: str | None, environment: Mapping[str, str]
) -> Base | None:
    """Find the base: ``given``, else what the CI system says, else the clone's main branch.

    Returns: None where nothing names a base.

    Raises:
        RepositoryError: the base that was named is not in the clone.
    """
    if given is not None:
        return Base(_resolve_given(repository, given), given, chosen=True)
    asked = list(_of_pull_request(environment))
    for guess in (*asked, *_of_push(environment)):
        found = _first_known(repository, guess)
        if found is not None:
            return found
    if asked:
        first = asked[0]
        told = f"{first.revision}, which {first.source} names,"
        raise _not_fetched(repository, told, first.revision, is_branch=first.is_branch)
    for name in MAIN:
        commit = _commit(repository, name)
        if commit is not None:
            return Base(commit, name, chosen=False)
    return None


def demand_base(base: Base | None, environment: Mapping[str, str]) -> Base:
    """Refuse to go on without a base.

    Raises:
        UsageError: there is none.
    """
    if base is not None:
        return base
    raise UsageError(
        "there is nothing to compare with",
        why="no --base was given, no variable of a CI system names a base, and the clone has no "
        "origin/HEAD",
        fix="pass the branch that the change goes into: --base origin/main"
        + (" (fetched whole, as with fetch-depth: 0)" if in_ci(environment) else ""),
    )


def _of_pull_request(environment: Mapping[str, str]) -> Iterator[Guess]:
    """Read the base of a pull request from the CI system's variables, the surest first."""
    for name, kind in _VARIABLES.items():
        value = environment.get(name, "").strip().removeprefix("refs/heads/")
        if value and value != "false":
            yield Guess(value, f"{name}={value}", kind == "branch")


def _of_push(environment: Mapping[str, str]) -> Iterator[Guess]:
    """Read the base of a push from the CI system's variables.

    The commit before it is the base only on the main branch: on another one, what was pushed
    before is no less a part of the change.
    """
    event = _event(environment.get("GITHUB_EVENT_PATH", ""))
    group, place = event.get("merge_group"), event.get("repository")
    if isinstance(group, dict):
        yield from _commit_guess(group.get("base_sha"), "GitHub's merge queue")
    main = place.get("default_branch") if isinstance(place, dict) else None
    if isinstance(main, str) and event.get("ref") == f"refs/heads/{main}":
        yield from _commit_guess(event.get("before"), "GitHub's push")
    yield from _branch_guess(main, "GitHub's event")
    ours = environment.get("CI_DEFAULT_BRANCH")
    if ours and environment.get("CI_COMMIT_BRANCH") == ours:
        yield from _commit_guess(environment.get("CI_COMMIT_BEFORE_SHA"), "GitLab's push")
    for name in ("CI_DEFAULT_BRANCH", "BUILDKITE_PIPELINE_DEFAULT_BRANCH"):
        yield from _branch_guess(environment.get(name), name)


def _commit_guess(commit: object, source: str) -> Iterator[Guess]:
    if isinstance(commit, str) and not set(commit) <= _NOTHING:
        yield Guess(commit, source, is_branch=False)


def _branch_guess(branch: object, source: str) -> Iterator[Guess]:
    if isinstance(branch, str) and branch:
        yield Guess(branch, source, is_branch=True)


def _event(path: str) -> Mapping[str, object]:
    """Read GitHub's description of the event; empty where it cannot be read."""
    try:
        event = parse_json(read_file(path, limits.EVENT_BYTES, UsageError)) if path else {}
    except (OSError, ValueError):
        return {}
    return event if isinstance(event, dict) else {}


def _first_known(repository: Repository, guess: Guess) -> Base | None:
    names = [guess.revision]
    if guess.is_branch:
        names = [f"refs/remotes/origin/{guess.revision}", f"refs/heads/{guess.revision}"]
    for name in names:
        commit = _commit(repository, name)
        if commit is not None:
            shown = name.removeprefix("refs/remotes/").removeprefix("refs/heads/")
            return Base(commit, f"{shown} ({guess.source})", chosen=True)
    return None


def _resolve_given(repository: Repository, given: str) -> str:
    commit = _commit(repository, given)
    if commit is None:
        raise _not_fetched(repository, repr(given), given, is_branch=not _ID.fullmatch(given))
    return commit


def _commit(repository: Repository, name: str) -> str | None:
    try:
        return repository.resolve(name)
    except RepositoryError:
        return None


def _not_fetched(
    repository: Repository, name: str, revision: str, *, is_branch: bool
) -> RepositoryError:
    shallow = " and is shallow" if repository.shallow else ""
    return RepositoryError(
        f"the base {name} is not in this clone",
        why=f"it is misspelt, or the clone holds the change only{shallow}",
        fix="fetch it with its history: fetch-depth: 0 in actions/checkout, GIT_DEPTH: 0 in "
        f"GitLab, otherwise {_fetch(repository, revision, is_branch=is_branch)}",
    )


def _fetch(repository: Repository, revision: str, *, is_branch: bool) -> str:
    """What brings a base: a clone of a single branch fetches no other, unless it is told to."""
    whole = ("--unshallow",) if repository.shallow else ()
    if not is_branch:
        return f"{repository.fetch(*whole)} {shell_word(revision)}"
    remotes = repository.remotes
    remote, _, branch = revision.partition("/")
    named = remote in remotes
    if not named:
        remote, branch = "origin" if "origin" in remotes else next(iter(remotes), "URL"), revision
    words = " ".join(map(shell_word, (*whole, remote)))
    added = f"git remote set-branches --add {shell_word(remote)} {shell_word(branch)}"
    then = "" if named else f" (its name is {remote}/{branch} then)"
    return f"{added} && git fetch {words}{then}"


def no_common_commit(repository: Repository, base: Base, head: str) -> RepositoryError:
    """Say that the change and its base have no commit in common."""
    if repository.shallow:
        why = "the clone is shallow: the commit where the two parted was not fetched"
    else:
        why = "their histories are not related"
    name = base.name.partition(" (")[0]
    is_branch = name.partition("/")[0] in repository.remotes
    fetch = _fetch(repository, name if is_branch else base.commit, is_branch=is_branch)
    return RepositoryError(
        f"{head} and {base.name} have no commit in common here",
        why=why,
        fix="fetch the whole history: fetch-depth: 0 in actions/checkout, GIT_DEPTH: 0 in "
        f"GitLab, otherwise {fetch}"
        if repository.shallow
        else "pass the branch that the change goes into: --base REV",
    )


def environment() -> Mapping[str, str]:
    """The variables of this process."""
    return os.environ
