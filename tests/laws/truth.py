"""What a walk over a grown history must have found, and in what it went wrong.

Two files are the same migration where they have the same identity. The rows alone cannot tell
commits apart that have the same versions: what a walk says is therefore held against the files of
the commit that it took for the deployed one, which has to explain the rows as well as the one that
they came from. A migration that was rewritten beyond recognition under a new name may be missed or
left open, never taken for another; of copies any may be the one that counts.
"""

from collections.abc import Iterator
from pathlib import Path

from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.diagnosis import (
    FileApplied,
    FileBlocked,
    FilePending,
    FileRenamed,
    RowAmbiguous,
    RowDeleted,
    RowMatched,
    RowRenamed,
    RowReused,
    RowVerdict,
)
from analyzer.model.findings.rename import Confidence, Rename
from analyzer.model.findings.report import EnvironmentReport
from analyzer.records import Struct
from tests.support.frameworks.random_migration import EMPTIED, recognisable
from tests.support.histories.grown_history import Grown, Planted, Tree


class Case(Struct, frozen=True):
    """A database and a state of the code. Commits are places in the grown history.

    ``rows`` are the versions of the deployed commit, or not quite.
    """

    grown: Grown
    ids: tuple[str, ...]
    deployed: int
    target: int
    rows: tuple[int, ...]
    repository: Path

    @property
    def today(self) -> Tree:
        """The files of the target."""
        return self.grown.commits[self.target].tree

    def tree(self, commit: str) -> Tree:
        """The files of a commit, by its id."""
        return self.grown.commits[self.ids.index(commit)].tree

    def distance(self, tree: Tree) -> int:
        """How many versions differ from the rows."""
        return len({one.number for one in tree.values()} ^ set(self.rows))


def mistakes(case: Case, found: EnvironmentReport) -> list[str]:
    """Everything in which a report differs from the truth, in words; empty where all is right."""
    judge = _Judge(case, found)
    return [
        *judge.completeness(),
        *judge.deployed_commit(),
        *judge.pairs(),
        *judge.undone(),
        *judge.rows(),
        *judge.files(),
        *judge.name_changes(),
    ]


class _Judge:
    def __init__(self, case: Case, found: EnvironmentReport) -> None:
        self.case, self.found = case, found
        self.verdicts = found.diagnosis
        deployed = found.deployed
        self.then: Tree = case.tree(deployed.commit) if deployed else {}
        self.held = {one.number for one in self.then.values()}
        self.visible = case.grown.visible() | case.grown.ancestors(case.target)

    # what each file is

    def identities(self, file: MigrationFile) -> set[int]:
        """What a file of the past may be: its path at the deployed commit, else at any."""
        if file.path in self.then and file.version.key in self.held:
            return {self.then[file.path].source.identity}
        return {
            one.source.identity
            for commit in self.case.grown.commits
            for path, one in commit.tree.items()
            if path == file.path
        }

    def of_today(self, file: MigrationFile) -> Planted:
        return self.case.today[file.path]

    def carriers(self, number: int) -> set[int]:
        """Every migration that a commit in sight had under a version."""
        return {
            one.source.identity
            for place in self.visible
            for one in self.case.grown.commits[place].tree.values()
            if one.number == number
        }

    def living(self, identity: int) -> list[Planted]:
        """The files of today that are a migration."""
        return [one for one in self.case.today.values() if one.source.identity == identity]

    def unclear(self, identity: int) -> bool:
        """Whether a person could miss it: copied (one row has but one file), or unrecognisable."""
        then = [one for one in self._seen() if one.source.identity == identity]
        now = self.living(identity)
        copied = len({one.number for one in then}) > 1 or len(now) > 1
        return copied or not all(
            recognisable(one.source, other.source) for one in then for other in now
        )

    def _seen(self) -> Iterator[Planted]:
        """The files of the deployed commit, and those that any other had under a stray row."""
        yield from self.then.values()
        stray = set(self.case.rows) - self.held
        for place in self.visible:
            tree = self.case.grown.commits[place].tree
            yield from (one for one in tree.values() if one.number in stray)

    # the laws

    def completeness(self) -> Iterator[str]:
        rows = sorted(verdict.row.version.key for verdict in self.verdicts.rows)
        if rows != sorted(self.case.rows):
            yield "not every row has one verdict"
        if sorted(verdict.file.path for verdict in self.verdicts.files) != sorted(self.case.today):
            yield "not every file has one verdict"

    def deployed_commit(self) -> Iterator[str]:
        """The commit it chose explains the rows as well as the one that they came from.

        Branches that the target does not hold are searched only for rows that it never knew.
        """
        true = self.case.distance(self.case.grown.commits[self.case.deployed].tree)
        chosen = self.case.distance(self.then)
        if chosen > true and self.case.deployed in self.case.grown.ancestors(self.case.target):
            yield f"the deployed commit is {chosen} off the rows where the true one is {true} off"

    def pairs(self) -> Iterator[str]:
        """What is asserted to be one migration is one."""
        asserted = [*self.verdicts.renames, *self._renames_of_rows()]
        for rename in dict.fromkeys(asserted):
            if rename.confidence is Confidence.AMBIGUOUS:
                continue
            if self.of_today(rename.new).source.identity not in self.identities(rename.old):
                yield f"wrong pair, {rename.confidence}: {_said(rename)}"

    def undone(self) -> Iterator[str]:
        """What another took back is not asserted to be done once it comes behind that one."""
        rows = set(self.case.rows)
        for rename in self.verdicts.renames:
            old, new = rename.old.version.key, rename.new.version.key
            certain = rename.confidence is not Confidence.AMBIGUOUS
            if not certain or old not in rows or new in rows:
                continue
            for identity in self.identities(rename.old):
                ran = [it for it in self.then.values() if it.source.identity == -identity]
                after = [it for it in ran if it.number in rows and it.number > old]
                after = [it for it in after if self.did_something(it)]
                if after and all(it.number < new for it in self.living(-identity)):
                    yield f"undone by {after[0].path}, and said to be done: {_said(rename)}"

    def did_something(self, one: Planted) -> bool:
        """Whether it had a text under this name, in any commit, that was not emptied."""
        return any(
            there.source.body != EMPTIED
            for commit in self.case.grown.commits
            for there in commit.tree.values()
            if there.path == one.path and there.source.identity == one.source.identity
        )

    def _renames_of_rows(self) -> Iterator[Rename]:
        for verdict in self.verdicts.rows:
            if isinstance(verdict, RowRenamed | RowReused) and verdict.rename is not None:
                yield verdict.rename
        for verdict in self.verdicts.files:
            if isinstance(verdict, FileRenamed):
                yield verdict.rename

    def rows(self) -> Iterator[str]:
        for verdict in self.verdicts.rows:
            number = verdict.row.version.key
            told = type(verdict).__name__
            possible = self.possible(number)
            yield from self._evidence(verdict)
            if not isinstance(verdict, RowAmbiguous) and told not in possible:
                yield f"row {number} is {told}, truly {' or '.join(sorted(possible))}"

    def holders(self, number: int) -> set[int]:
        """The migrations that may have run under a version."""
        held = {one.source.identity for one in self.then.values() if one.number == number}
        return held or self.carriers(number)

    def possible(self, number: int) -> set[str]:
        """The verdicts on a row that the truth allows."""
        holders = self.holders(number)
        if not holders or (number not in self.held and self._has(number)):
            return {"RowMatched"} if self._has(number) else {"RowOrphaned"}
        return {verdict for one in holders for verdict in self._verdicts(number, one)}

    def _verdicts(self, number: int, identity: int) -> Iterator[str]:
        living = self.living(identity)
        stayed = any(one.number == number for one in living)
        if stayed:
            yield "RowMatched"
        if living and not stayed:
            yield "RowReused" if self._has(number) else "RowRenamed"
        if not any(map(self._to_be_found, living)) or self.unclear(identity):
            yield "RowReused" if self._has(number) else "RowDeleted"

    def _to_be_found(self, one: Planted) -> bool:
        """A file that ran under its own version is not what another row's migration became."""
        return one.number not in self.case.rows

    def _has(self, number: int) -> bool:
        return any(one.number == number for one in self.case.today.values())

    def _evidence(self, verdict: RowVerdict) -> Iterator[str]:
        """What a verdict says besides its kind."""
        if isinstance(verdict, RowMatched):
            number, now = verdict.row.version.key, self.of_today(verdict.file).source.identity
            if number in self.held and now not in self.holders(number):
                yield f"row {number}: {verdict.file.path} is not what ran"
        elif isinstance(verdict, RowDeleted):
            seen = verdict.last_seen
            if seen.file.path not in self.case.tree(seen.commit):
                yield f"{seen.file.path} is not in {seen.commit}, where it was last seen"
            if seen.removed_by and seen.file.path in self.case.tree(seen.removed_by):
                yield f"{seen.file.path} is still in {seen.removed_by}, said to have removed it"
        elif isinstance(verdict, RowReused):
            yield from self._reuse(verdict)

    def _reuse(self, verdict: RowReused) -> Iterator[str]:
        number, ran = verdict.row.version.key, self.identities(verdict.ran)
        if any(map(self.unclear, ran)):
            return
        if ran == {self.of_today(verdict.now).source.identity}:
            yield f"row {number}: {verdict.now.path} is called another, and is not"
        lost = verdict.rename is None and len(ran) == 1
        if lost and any(self._to_be_found(one) for each in ran for one in self.living(each)):
            yield f"row {number}: where {verdict.ran.path} went is not said"

    def files(self) -> Iterator[str]:
        applied = {
            verdict.file.path: verdict.row
            for verdict in self.verdicts.rows
            if isinstance(verdict, RowMatched)
        }
        for verdict in self.verdicts.files:
            path, number = verdict.file.path, verdict.file.version.key
            if isinstance(verdict, FileApplied):
                if applied.get(path) != verdict.row:
                    yield f"{path} is applied, and its row says otherwise"
            elif isinstance(verdict, FilePending) and path in applied:
                yield f"{path} is pending, and its row says otherwise"
            elif isinstance(verdict, FileBlocked) and number not in self.case.rows:
                yield f"{path} is blocked by a row that is not there"

    def name_changes(self) -> Iterator[str]:
        for change in self.verdicts.name_changes:
            now = self.of_today(change.new).source.identity
            if now not in self.identities(change.old):
                yield f"not one migration: {change.old.basename} {change.new.basename}"
        named = {change.new.path for change in self.verdicts.name_changes}
        for verdict in self.verdicts.rows:
            if isinstance(verdict, RowMatched):
                old = [one for one in self.then.values() if one.number == verdict.row.version.key]
                now = self.of_today(verdict.file)
                changed = len(old) == 1 and old[0].source.slug != now.source.slug
                if changed and verdict.file.path not in named:
                    yield f"{old[0].path} is {verdict.file.basename} now, and nothing says so"


def _said(rename: Rename) -> str:
    kinds = ", ".join(evidence.kind for evidence in rename.evidence)
    return f"{rename.old.basename} -> {rename.new.basename} ({rename.similarity} %: {kinds})"
