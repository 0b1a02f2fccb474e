"""The deployed commit: given by the user, or inferred from the rows."""

from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from analyzer.analysis.renames.commit_fit import CommitFit, standings
from analyzer.analysis.renames.deployment import best_explanations, choose
from analyzer.model.core.deployment import Deployed, HowDeployed
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.version_table import VersionTable
from analyzer.sources.git.refs import name_ref
from analyzer.workflow.reading.target_files import PastFiles


class Deployment:
    """Which commit's files the rows stand for; ``given`` is what the user said, if anything."""

    def __init__(self, past: PastFiles, table: VersionTable, given: str | None) -> None:
        self.past, self.table, self.given = past, table, given

    @cached_property
    def deployed(self) -> Deployed | None:
        """The commit; None where nothing ran or nothing explains it."""
        past = self.past
        if self.given is not None:
            return self._describe(past.repository.resolve(self.given), HowDeployed.GIVEN, ())
        candidates = self._candidates
        if not candidates or candidates[0].missing == len(past.applied):
            return None
        files_at = {standing.commit: past.files_at(standing.commit) for standing in candidates}
        choice = choose(candidates, files_at, past.target.files, past.applied)
        here = choice.commit in past.own
        ref = None if here else name_ref(past.repository, choice.commit)
        return self._describe(choice.commit, HowDeployed.INFERRED, choice.rivals, ref)

    @cached_property
    def claimants(self) -> tuple[MigrationFile, ...]:
        """Files that shared an applied version with a deployed one, in a commit that fits as well.

        No framework runs while two files share a version, so such a commit is not taken for the
        deployed one; but its second file is why somebody may think that the row is its own.
        """
        if self.deployed is None or self.deployed.how is HowDeployed.GIVEN:
            return ()
        known = {file.path for file in self.past.files_at(self.deployed.commit).files}
        found: dict[str, MigrationFile] = {}
        for standing in self._candidates:
            for file in self._doubles(standing) if standing.doubled else ():
                if file.path not in known and file.version.number in self.past.applied:
                    found.setdefault(file.path, file)
        return tuple(found.values())

    def _doubles(self, standing: CommitFit) -> list[MigrationFile]:
        """The files of a commit that share their version with another."""
        files = self.past.files_at(standing.commit).files
        carriers = Counter(file.version.number for file in files)
        return [file for file in files if carriers[file.version.number] > 1]

    @cached_property
    def _candidates(self) -> tuple[CommitFit, ...]:
        """The commits that explain the rows best, one for each set of file names."""
        past = self.past
        own = tuple(standings(past.history, past.applied, past.names.of)) if past.applied else ()
        return self._better_elsewhere(own) or best_explanations(own)

    def _better_elsewhere(self, own: Sequence[CommitFit]) -> tuple[CommitFit, ...]:
        """Commits outside the target's history: an exact one, or such as explain further rows.

        Numbers that two branches gave out explain each other's rows, so an exact commit elsewhere
        is better than a near one here; a near one elsewhere is not, unless it explains more.
        """
        past = self.past
        if not past.applied or any(standing.distance == 0 for standing in own):
            return ()
        unexplained = min((standing.missing for standing in own), default=len(past.applied))
        closest = min((standing.distance for standing in own), default=len(past.applied))
        better = [
            standing
            for standing in standings(past.everywhere, past.applied, past.names.of)
            if standing.commit not in past.own
            and standing.distance < closest
            and (standing.distance == 0 or standing.missing < unexplained)
        ]
        exact = [standing for standing in better if standing.distance == 0]
        return best_explanations(exact or better)

    def _describe(
        self, commit: str, how: HowDeployed, rivals: tuple[str, ...], ref: str | None = None
    ) -> Deployed:
        there = {file.version.number: file.version for file in self.past.files_at(commit).files}
        versions = [row.version for row in self.table.rows if row.version.is_number]
        rows = {version.number: version for version in versions}
        missing = sorted(rows[number] for number in rows.keys() - there.keys())
        extra = sorted(there[number] for number in there.keys() - rows.keys())
        return Deployed(commit, how, tuple(missing), tuple(extra), ref, rivals)
