"""Who runs this, and which repository it is run in."""

import getpass
import socket

from analyzer.errors import RepositoryError
from analyzer.model.plans.repair_journal import Actor, RepositoryIdentity
from analyzer.sources.git.git import Repository, decode


def read_actor(repository: Repository) -> Actor:
    """Tell the account and the host, and git's name and address where they are set."""
    return Actor(f"{_account()}@{socket.gethostname()}", _git_user(repository))


def _account() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # an account without a name, as in some containers
        return "unknown"


def _git_user(repository: Repository) -> str | None:
    name, address = (_setting(repository, key) for key in ("user.name", "user.email"))
    if address is None:
        return name
    return f"{name} <{address}>" if name else f"<{address}>"


def _setting(repository: Repository, key: str) -> str | None:
    try:
        return decode(repository.run("config", "--get", key)).strip() or None
    except RepositoryError:  # it is not set
        return None


def read_identity(repository: Repository, folders: tuple[str, ...]) -> RepositoryIdentity:
    """Tell which repository this is: its path, and its first commit where it has one."""
    root = None
    if repository.has_commits():
        roots = repository.run("rev-list", "--max-parents=0", "HEAD").decode().split()
        root = min(roots)
    return RepositoryIdentity(str(repository.path), root, folders)
