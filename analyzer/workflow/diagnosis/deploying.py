"""The deployed commit: given by the user, or inferred from the rows."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from analyzer.analysis.renames.commit_fit import CommitFit, commit_fits
from analyzer.analysis.renames.deployment import Witness, best_explanations, borne_out, choose
from analyzer.model.core.deployment import Deployed, HowDeployed
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.version_table import VersionTable
from analyzer.sources.git.refs import name_ref
from analyzer.workflow.reading.files.past_files import PastFiles

if TYPE_CHECKING:
    from analyzer.analysis.renames.noted import Noted

Texts = Mapping[str, tuple[str, ...]]
"""The ids of a file's texts by its path, oldest first."""


def but_noted(texts: Texts, noted: "Noted") -> Texts:
    """The texts of files but those whose run a note witnessed."""
    if not texts or not noted:
        return texts
    known = {run.seen.file.path for run in noted.values() if run.seen is not None}
    return {path: found for path, found in texts.items() if path not in known}


class Deployment:
    """Finds the deployed commit; ``given`` is what the user said, if anything.

    ``noted``: says which commit ran last as far as notes witnessed it, if they do; ``witness``
    which of several migrations left its work in the database.
    """

    def __init__(
        self,
        past_files: PastFiles,
        table: VersionTable,
        given: str | None,
        noted: Callable[[], str | None] = lambda: None,
        witness: Witness = lambda _files, _others: None,
    ) -> None:
        self.past_files, self.table, self.given = past_files, table, given
        self._noted, self._witness = noted, witness

    @cached_property
    def deployed(self) -> Deployed | None:
        """The commit; None where nothing ran or nothing explains it."""
        past_files = self.past_files
        if self.given is not None:
            return self._describe(past_files.repository.resolve(self.given), HowDeployed.GIVEN, ())
        candidates = self._candidates
        if not candidates or candidates[0].missing == len(past_files.applied):
            return None
        noted = self._noted()
        if noted is not None:
            known = self._describe(noted, HowDeployed.INFERRED, (), self._ref(noted))
            if len(known.missing) <= candidates[0].missing:
                return known
        files_at = {fit.commit: past_files.files_at(fit.commit) for fit in candidates}
        if candidates[1:]:
            candidates = borne_out(candidates, files_at, past_files.applied, self._witness)
        choice = choose(candidates, files_at, past_files.target.files, past_files.applied)
        ref = self._ref(choice.commit)
        return self._describe(choice.commit, HowDeployed.INFERRED, choice.rivals, ref)

    def _ref(self, commit: str) -> str | None:
        """The ref that holds a commit outside the target's history."""
        if self.past_files.home(commit) in self.past_files.own:
            return None
        return name_ref(self.past_files.repository, commit)

    @cached_property
    def claimants(self) -> tuple[MigrationFile, ...]:
        """Files that shared an applied version with a deployed one, in a commit that fits as well.

        No framework runs while two files share a version, so such a commit is not taken for the
        deployed one; but its second file is why somebody may think that the row is its own.
        """
        if self.deployed is None or self.deployed.how is HowDeployed.GIVEN:
            return ()
        known = {file.path for file in self.past_files.files_at(self.deployed.commit).files}
        found: dict[str, MigrationFile] = {}
        for fit in self._candidates:
            for file in self._doubles(fit) if fit.doubled else ():
                if file.path not in known and file.version.key in self.past_files.applied:
                    found.setdefault(file.path, file)
        return tuple(found.values())

    def _doubles(self, fit: CommitFit) -> list[MigrationFile]:
        """The files of a commit that share their version with another."""
        files = self.past_files.files_at(fit.commit).files
        carriers = Counter(file.version.key for file in files)
        return [file for file in files if carriers[file.version.key] > 1]

    @cached_property
    def texts(self) -> Texts:
        """The texts that files may have run with, as far as they have several.

        Those of all commits with the same files: rows have no text, so that a file may have run
        before it was edited, or after. None where notes or the user tell the commit.
        """
        if self.given is not None or self._position is None:
            return {}
        fits = {it.position: it for it in self._own_fits}
        fit = fits.get(self._position)
        if fit is None:
            return {}
        alike = (place for place, it in fits.items() if it.names == fit.names)
        return self._texts_until(max(alike))

    @cached_property
    def later_texts(self) -> Texts:
        """All texts that the files held since, also where the user tells the commit."""
        return self._texts_until(len(self.past_files.history.commits))

    def _texts_until(self, position: int) -> Texts:
        start = self._position
        if start is None or self.deployed is None or position <= start:
            return {}
        files = self.past_files.files_at(self.deployed.commit).files
        found = {it.path: {it.blob: None} for it in files}
        for commit in self.past_files.history.commits[start + 1 : position + 1]:
            for event in commit.events:
                if event.kind == "M" and event.path in found:
                    found[event.path][event.blob] = None
        return {path: tuple(blobs) for path, blobs in found.items() if len(blobs) > 1}

    @cached_property
    def _position(self) -> int | None:
        """Where the deployed commit stands in the target's history; None where notes tell it."""
        if self.deployed is None or self._noted() == self.deployed.commit:
            return None
        here = self.past_files.home(self.deployed.commit)
        commits = enumerate(self.past_files.history.commits)
        return next((place for place, it in commits if it.sha == here), None)

    @cached_property
    def _own_fits(self) -> tuple[CommitFit, ...]:
        past_files = self.past_files
        if not past_files.applied:
            return ()
        return tuple(commit_fits(past_files.history, past_files.applied, past_files.names.of))

    @cached_property
    def _candidates(self) -> tuple[CommitFit, ...]:
        """The commits that explain the rows best, one for each set of file names."""
        elsewhere = self._better_elsewhere(self._own_fits)
        return elsewhere or best_explanations(self._own_fits, self.past_files.history.mainline)

    def _better_elsewhere(self, own: Sequence[CommitFit]) -> tuple[CommitFit, ...]:
        """Commits outside the target's history: an exact one, or such as explain further rows.

        Numbers that two branches gave out explain each other's rows, so an exact commit elsewhere
        is better than a near one here; a near one elsewhere is not, unless it explains more.
        """
        past_files = self.past_files
        if not past_files.applied or any(fit.distance == 0 for fit in own):
            return ()
        unexplained = min((fit.missing for fit in own), default=len(past_files.applied))
        closest = min((fit.distance for fit in own), default=len(past_files.applied))
        better = [
            fit
            for fit in commit_fits(past_files.everywhere, past_files.applied, past_files.names.of)
            if fit.commit not in past_files.own
            and fit.distance < closest
            and (fit.distance == 0 or fit.missing < unexplained)
        ]
        exact = [fit for fit in better if fit.distance == 0]
        return best_explanations(exact or better)

    def _describe(
        self, commit: str, how: HowDeployed, rivals: tuple[str, ...], ref: str | None = None
    ) -> Deployed:
        there = {file.version.key: file.version for file in self.past_files.files_at(commit).files}
        versions = [row.version for row in self.table.rows if row.version.is_valid]
        rows = {version.key: version for version in versions}
        missing = sorted(rows[number] for number in rows.keys() - there.keys())
        extra = sorted(there[number] for number in there.keys() - rows.keys())
        return Deployed(commit, how, tuple(missing), tuple(extra), ref, rivals)
