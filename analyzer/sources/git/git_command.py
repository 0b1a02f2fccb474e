"""Every command of git that this program runs begins here, and nothing that it reads runs along.

A repository is written by strangers. Its configuration and its attributes may name programs:
filters, hooks, file watchers, pagers, helpers for fetching, signing, merging and comparing. All of
them are off in each call, and no call fetches: in a partial clone, git would run ssh, or whatever
the remote names, for a content that is not here. Sources: git-config(1), githooks(5),
gitattributes(5), "protocol.allow".
"""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from analyzer import limits
from analyzer.errors import RepositoryError
from analyzer.sources.files.bounded import run_bounded
from analyzer.sources.git.git_errors import not_installed, unspeakable

_NO_PROGRAM = "false"  # a program that does nothing, and fails
QUIET_CONFIG = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.untrackedCache=false",
    "core.commitGraph=false",  # a file beside the commits, which may give them other parents
    "core.alternateRefsCommand=",
    f"core.sshCommand={_NO_PROGRAM}",
    f"core.gitProxy={_NO_PROGRAM}",
    f"core.askPass={_NO_PROGRAM}",
    f"gpg.program={_NO_PROGRAM}",
    f"gpg.ssh.program={_NO_PROGRAM}",
    f"gpg.x509.program={_NO_PROGRAM}",
    "credential.helper=",  # empty: forgets those that are named before
    "protocol.allow=never",
    "submodule.recurse=false",
    "fetch.recurseSubmodules=false",
    "advice.graftFileDeprecated=false",  # is told by us
    "gc.auto=0",
    "maintenance.auto=false",
    "log.showSignature=false",  # would call gpg for every commit
    "log.showRoot=true",  # without it the first commit would seem to add nothing
    "log.follow=false",  # would follow one path through renames, and see nothing of a folder
    "diff.relative=false",  # would cut the paths when called in a sub-folder
    "diff.orderFile=/dev/null",
    "color.ui=false",  # always would write colours into a pipe too, in the midst of paths
    "color.grep=false",
    "color.diff=false",
    "color.branch=false",
)
# What each call sees in place of what the caller's environment, or the repository, says.
_QUIET_ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",  # from git 2.44 on
    "GIT_ALLOW_PROTOCOL": "-",  # no protocol has this name; a configuration cannot add others
    "GIT_EXTERNAL_DIFF": "",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_GLOB_PATHSPECS": "0",
    "GIT_NOGLOB_PATHSPECS": "0",
    "GIT_ICASE_PATHSPECS": "0",
    "LC_ALL": "C",
}
# What a person may set for git and still mean here; all other GIT_* lead astray or run something.
# What -c says above is stronger than the configuration among them.
_KEPT = frozenset(
    {
        "GIT_EXEC_PATH",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_SYSTEM",
        "GIT_CONFIG_NOSYSTEM",
        "GIT_NO_REPLACE_OBJECTS",
        "GIT_DISCOVERY_ACROSS_FILESYSTEM",
        "GIT_TEST_ASSUME_DIFFERENT_OWNER",
        "GIT_CONFIG_COUNT",
        "GIT_CONFIG_PARAMETERS",
    }
)
_KEPT_TOO = ("GIT_CONFIG_KEY_", "GIT_CONFIG_VALUE_", "GIT_TRACE")
_ALONE = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_COMMITTER_NAME": "migdoctor",  # the reflog wants somebody
    "GIT_COMMITTER_EMAIL": "migdoctor@localhost",
}

Done = subprocess.CompletedProcess[bytes]


def quiet_command(*args: str) -> list[str]:
    """Write a call of git in which nothing runs but git.

    Raises:
        RepositoryError: an argument has a NUL, which no program can be given.
    """
    if any("\0" in argument for argument in args):
        raise unspeakable()
    config = [part for setting in QUIET_CONFIG for part in ("-c", setting)]
    return ["git", "--no-pager", "--no-optional-locks", "--literal-pathspecs", *config, *args]


def quiet_environment(own: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give the environment of a call: the caller's without what leads git elsewhere, and ours."""
    kept = {name: value for name, value in os.environ.items() if not _leads_astray(name)}
    return {**kept, **_QUIET_ENVIRONMENT, **(own or {})}


def unwanted_variables() -> list[str]:
    """Name the caller's variables that no call of git may see."""
    return [name for name in os.environ if _leads_astray(name)]


def _leads_astray(name: str) -> bool:
    return name.startswith("GIT_") and name not in _KEPT and not name.startswith(_KEPT_TOO)


def run_git(
    *args: str,
    own: Mapping[str, str] | None = None,
    folder: Path | None = None,
    say: bytes = b"",
) -> Done:
    """Run git to its end; ``say`` is what it reads from its standard input.

    Raises:
        RepositoryError: there is no git program.
    """
    try:
        return run_bounded(
            quiet_command(*args),
            limits.GIT_BYTES,
            RepositoryError,
            environment=quiet_environment(own),
            folder=folder,
            say=say,
        )
    except OSError as error:
        raise not_installed(str(error.strerror)) from error


def run_git_apart(folder: Path, *args: str, say: bytes = b"") -> Done:
    """Run git in a repository of ours, out of reach of the user's configuration.

    Raises:
        RepositoryError: there is no git program.
    """
    return run_git("-C", str(folder), *args, own=_ALONE, say=say)


def open_git(
    args: Sequence[str], own: Mapping[str, str], stderr: int = subprocess.DEVNULL
) -> "subprocess.Popen[bytes]":
    """Start git, with pipes to and from it.

    Raises:
        RepositoryError: there is no git program.
    """
    try:
        return subprocess.Popen(
            quiet_command(*args),
            env=quiet_environment(own),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
        )
    except OSError as error:
        raise not_installed(str(error.strerror)) from error
