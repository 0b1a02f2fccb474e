"""Inference: from rows and history to the deployed commit, the lineages and the rename map."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from analyzer.analysis.deployment import best_explanations, choose
from analyzer.analysis.lineage import Appearance, Hop, ancestors, follow, trace_back
from analyzer.analysis.renames import Pairing, pair_files
from analyzer.analysis.sightings import LastSeen, find_versions, removals
from analyzer.analysis.standing import Standing, standings
from analyzer.analysis.weighing import Side, believable
from analyzer.model.deployment import Deployed, HowDeployed
from analyzer.model.diagnosis import Sighting
from analyzer.model.history import Commit, History
from analyzer.model.migration import FileSet, MigrationFile
from analyzer.model.substance import Substance
from analyzer.model.version import Version
from analyzer.model.version_table import VersionTable
from analyzer.parsing.substance import read_substance
from analyzer.sources.git import Repository
from analyzer.sources.history import Histories, read_lookalikes
from analyzer.sources.refs import name_ref
from analyzer.sources.tree import build_file_set, list_commit
from analyzer.workflow.folders import earlier_folders
from analyzer.workflow.reading import FRAMEWORK, Names, Target
from analyzer.workflow.request import Request

EVERYWHERE = ("--all", "--reflog")


class Inference:
    """One environment's rows against one target, step by step; each step is computed once."""

    def __init__(
        self, repository: Repository, request: Request, table: VersionTable, target: Target
    ) -> None:
        self.repository, self.request, self.table, self.target = repository, request, table, target
        versions = [row.version for row in table.rows if row.version.is_number]
        self.applied = frozenset(version.number for version in versions)
        self._files_at: dict[str, FileSet] = {}
        self._readers: dict[tuple[str, ...], Histories] = {}

    # history

    @cached_property
    def tip(self) -> str | None:
        """The commit the target's history is read from; None before the first commit."""
        if self.target.files.commit is not None:
            return self.target.files.commit
        return self.repository.resolve("HEAD") if self.repository.has_commits() else None

    @cached_property
    def directories(self) -> tuple[str, ...]:
        """The target's folders, and those that they were before, if rows come from there."""
        now = self.target.files.directories
        if not self.applied - self._carried(self._history_of_target, Names(now)):
            return now
        return (*now, *earlier_folders(self.repository, self._history_of_target, now))

    @cached_property
    def names(self) -> Names:
        """What the framework reads out of the paths in the folders."""
        return Names(self.directories)

    @cached_property
    def history(self) -> History:
        """The folders' history up to the target."""
        if self.directories == self.target.files.directories:
            return self._history_of_target
        return self._read([self.tip] if self.tip else [], self.directories)

    @cached_property
    def _history_of_target(self) -> History:
        """The history of the folders that the target has."""
        return self._read([self.tip] if self.tip else [], self.target.files.directories)

    def _read(self, tips: Sequence[str], directories: tuple[str, ...]) -> History:
        if not tips:
            return History((), (), self.repository.shallow)
        return self._reader(directories).read(tips)

    def _reader(self, directories: tuple[str, ...]) -> Histories:
        if directories not in self._readers:
            self._readers[directories] = Histories(
                self.repository, directories, cache=self.request.cache
            )
        return self._readers[directories]

    @cached_property
    def everywhere(self) -> History:
        """The folders' history on all refs and in the reflog: for rows the target never had."""
        tips = [*EVERYWHERE, *([self.tip] if self.tip else [])]
        return self._read(tips, self.directories)

    @cached_property
    def own(self) -> frozenset[str]:
        """The commits of the target's own history."""
        return frozenset(commit.sha for commit in self.history.commits)

    # the deployed commit

    @cached_property
    def deployed(self) -> Deployed | None:
        """The commit the rows stand for; None where nothing ran or nothing explains it."""
        if self.request.deployed is not None:
            commit = self.repository.resolve(self.request.deployed)
            return self._deployed(commit, HowDeployed.GIVEN, ())
        if not self.applied:
            return None
        candidates = self._candidates
        if not candidates or candidates[0].missing == len(self.applied):
            return None
        files_at = {standing.commit: self.files_at(standing.commit) for standing in candidates}
        choice = choose(candidates, files_at, self.target.files, self.applied)
        if choice is None:
            return None
        here = choice.commit in self.own
        ref = None if here else name_ref(self.repository, choice.commit)
        return self._deployed(choice.commit, HowDeployed.INFERRED, choice.rivals, ref)

    @cached_property
    def _candidates(self) -> tuple[Standing, ...]:
        """The commits that explain the rows best, one for each set of file names."""
        own = tuple(standings(self.history, self.applied, self.names.of))
        return self._better_elsewhere(own) or best_explanations(own)

    def _better_elsewhere(self, own: Sequence[Standing]) -> tuple[Standing, ...]:
        """Commits outside the target's history, if they explain rows that none inside does."""
        unexplained = min((standing.missing for standing in own), default=len(self.applied))
        if not unexplained or not self._unknown_rows:
            return ()
        everywhere = standings(self.everywhere, self.applied, self.names.of)
        better = (standing for standing in everywhere if standing.missing < unexplained)
        return best_explanations(s for s in better if s.commit not in self.own)

    @cached_property
    def _unknown_rows(self) -> frozenset[int]:
        """Applied versions that the target's own history never carried."""
        return self.applied - self._carried(self.history, self.names)

    def _carried(self, history: History, names: Names) -> set[int]:
        """All versions that a history, or the target, ever had a file for."""
        known = {file.version.number for file in self.target.files.files}
        known.update(
            name.version.number
            for commit in history.commits
            for event in commit.events
            for path in (event.path, event.old_path)
            if path is not None and (name := names.of(path)) is not None
        )
        return known

    def _deployed(
        self, commit: str, how: HowDeployed, rivals: tuple[str, ...], ref: str | None = None
    ) -> Deployed:
        there = {file.version.number: file.version for file in self.files_at(commit).files}
        rows = {row.version.number: row.version for row in self.table.rows if row.version.is_number}
        return Deployed(
            commit, how,
            missing=_in_order(rows[number] for number in rows.keys() - there.keys()),
            extra=_in_order(there[number] for number in there.keys() - rows.keys()),
            ref=ref, rivals=rivals,
        )  # fmt: skip

    def files_at(self, commit: str) -> FileSet:
        """The application's files at a commit."""
        if commit not in self._files_at:
            self._files_at[commit] = build_file_set(
                list_commit(self.repository, commit, self.directories),
                framework=FRAMEWORK, ref=commit, commit=commit, directories=self.directories,
            )  # fmt: skip
        return self._files_at[commit]

    # lineages

    @cached_property
    def then(self) -> tuple[Sighting, ...]:
        """The migrations that may have run: the deployed commit's, and the unexplained rows'."""
        deployed = self.deployed
        if deployed is None:
            return tuple(seen.sighting for seen in self._stray.values())
        gone = removals(self.history, self.own, self.names.of)
        files = (*self.files_at(deployed.commit).files, *self._claimants)
        at_deployed = [
            gone.get(file.path) or Sighting(file, deployed.commit, None, deployed.ref)
            for file in files
        ]
        return (*at_deployed, *(seen.sighting for seen in self._stray.values()))

    @cached_property
    def _claimants(self) -> tuple[MigrationFile, ...]:
        """Files that shared an applied version with a deployed one, in a commit that fits as well.

        No framework runs while two files share a version, so such a commit is not taken for the
        deployed one; but its second file is why somebody may think that the row is its own.
        """
        if self.deployed is None or self.deployed.how is HowDeployed.GIVEN:
            return ()
        known = {file.path for file in self.files_at(self.deployed.commit).files}
        found: dict[str, MigrationFile] = {}
        for standing in self._candidates:
            for file in self.files_at(standing.commit).files if standing.doubled else ():
                if file.path not in known and file.version.number in self.applied:
                    found[file.path] = file
        return tuple(found.values())

    @cached_property
    def _stray(self) -> Mapping[int, LastSeen]:
        """For each row that neither the deployed commit nor the target explains: its last file."""
        explained = {file.version.number for file in self.target.files.files}
        if self.deployed is not None:
            explained |= {file.version.number for file in self.files_at(self.deployed.commit).files}
        wanted = self.applied - explained
        found = dict(find_versions(self.history, wanted, self.names.of, None)) if wanted else {}
        lost = wanted - found.keys()
        if lost:
            for number, seen in find_versions(
                self.everywhere, frozenset(lost), self.names.of, None
            ).items():
                found[number] = self._with_ref(seen)
        return found

    def _with_ref(self, seen: LastSeen) -> LastSeen:
        sighting = seen.sighting
        ref = name_ref(self.repository, sighting.commit)
        return LastSeen(Sighting(sighting.file, sighting.commit, sighting.removed_by, ref), -1)

    @cached_property
    def trails(self) -> Mapping[str, Mapping[str, Appearance]]:
        """For each migration that may have run, the names it came to carry up to the target."""
        since = self._since_deployed()
        found = dict(follow(self._starts(), since, self.names.of, self._trust))
        for seen in self._stray.values():
            if seen.position >= 0:
                file = seen.sighting.file
                later = self.history.commits[seen.position :]
                start = {file.path: Appearance(file.path, file.blob, ())}
                found.update(follow(start, later, self.names.of, self._trust))
        return found

    def _starts(self) -> Mapping[str, Appearance]:
        """Where each deployed file's way to the target begins: at the fork, if there is one."""
        if self.deployed is None:
            return {}
        deployed = (*self.files_at(self.deployed.commit).files, *self._claimants)
        files = [(file.path, file.blob) for file in deployed]
        if self._deployed_here in self.own:
            return {path: Appearance(path, blob, ()) for path, blob in files}
        theirs = ancestors(self.everywhere, self._deployed_here or "") - self.own
        side = [c for c in reversed(self.everywhere.commits) if c.sha in theirs]
        return trace_back(files, side, self.names.of, self._trust)

    @cached_property
    def _deployed_here(self) -> str | None:
        """The deployed commit, or the nearest kept one that has the same folders."""
        if self.deployed is None:
            return None
        if self.deployed.commit in self.own:
            return self.deployed.commit
        return self._reader(self.directories).home(self.deployed.commit)

    def _since_deployed(self) -> list[Commit]:
        if self.deployed is None:
            return []
        here = self._deployed_here
        if here in self.own:
            before = ancestors(self.history, here or "")
        else:
            before = ancestors(self.everywhere, here or "")
        return [commit for commit in self.history.commits if commit.sha not in before]

    def _trust(self, hop: Hop) -> bool:
        old, new = self.names.of(hop.old_path), self.names.of(hop.new_path)
        if old is None or new is None:
            return False
        if old.slug == new.slug or hop.old_blob == hop.new_blob:
            return True
        return believable(
            hop,
            Side(MigrationFile(hop.old_path, old, hop.old_blob), self.substance(hop.old_blob)),
            Side(MigrationFile(hop.new_path, new, hop.new_blob), self.substance(hop.new_blob)),
        )

    # contents

    def content(self, blob: str) -> bytes:
        """A file's content by its id."""
        loose = self.target.loose
        return loose[blob] if blob in loose else self.repository.read_blob(blob)

    def substance(self, blob: str) -> Substance:
        """What a content is about."""
        return read_substance(self.content(blob))

    # the rename map

    @cached_property
    def pairing(self) -> Pairing:
        """The deployed migrations paired with the files of today."""
        return pair_files(
            [sighting.file for sighting in self.then],
            self.target.files.files,
            self.trails,
            self.substance,
            self.request.decisions,
            self._lookalikes(),
        )

    def _lookalikes(self) -> list[tuple[str, str]]:
        if self.deployed is None:
            return []
        return read_lookalikes(
            self.repository, self.deployed.commit, self.target.files.commit, self.directories
        )


def _in_order(versions: Iterable[Version]) -> tuple[Version, ...]:
    return tuple(sorted(versions))
