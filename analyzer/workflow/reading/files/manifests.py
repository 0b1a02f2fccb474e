"""Which of several tools uses a folder, where its files may be anybody's: by what lies above it.

Tools of different languages have files of the same names. Each language has a file of its own at
the root of a program.
"""

from collections.abc import Iterable, Sequence

from analyzer.frameworks.base import Framework
from analyzer.frameworks.registry import manifests_of
from analyzer.sources.git.tree import Application


def of_their_language(
    applications: Sequence[Application], paths: Iterable[str]
) -> tuple[Application, ...]:
    """The applications but those whose folder belongs to a program of another tool's language.

    Where nothing tells, the first of them stays: a file is judged once.
    """
    listed = [*paths]
    near = {it: _nearest(it.framework, it.directories, listed) for it in applications}

    def is_others(place: int, one: Application) -> bool:
        rivals = (
            near[it] > near[one] or (near[it] == near[one] and other < place)
            for other, it in enumerate(applications)
            if it is not one and {*it.directories} & {*one.directories} and _tells(it.framework)
        )
        return _tells(one.framework) and any(rivals)

    return tuple(it for place, it in enumerate(applications) if not is_others(place, it))


def likeliest_first(
    members: Sequence[Framework], folders: Sequence[str], paths: Sequence[str]
) -> tuple[Framework, ...]:
    """The same frameworks, those of a program that some folders belong to before their rivals."""
    telling = [it for it in members if _tells(it)]
    ordered = iter(sorted(telling, key=lambda it: -_nearest(it, folders, paths)))
    return tuple(next(ordered) if _tells(it) else it for it in members)


def _tells(framework: Framework) -> bool:
    return bool(manifests_of(framework.name))


def _nearest(framework: Framework, folders: Sequence[str], paths: Iterable[str]) -> int:
    """How long the path of the nearest program above some folders is; -1 where there is none."""
    names = manifests_of(framework.name)
    if not names or not folders:
        return -1
    roots = (path.rpartition("/") for path in paths if path.rpartition("/")[2] in names)
    return max(
        (
            len(above)
            for above, _, _ in roots
            if not above or f"{folders[0]}/".startswith(f"{above}/")
        ),
        default=-1,
    )
