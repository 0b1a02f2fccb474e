"""Lineages: what may have run, and under which names it went on to the target."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from analyzer.analysis.renames.last_seen import (
    LastSeen,
    find_carriers,
    find_versions,
    precedence,
    removals,
    texts_before_return,
)
from analyzer.analysis.renames.lineage import Appearance, Hop, ancestors, follow, trace_back
from analyzer.analysis.renames.rename_hints import Trails
from analyzer.analysis.renames.similarity import Side, believable, strangers
from analyzer.model.core.deployment import HowDeployed
from analyzer.model.core.history import Commit
from analyzer.model.core.migration import MigrationFile
from analyzer.model.findings.diagnosis import SeenFile
from analyzer.records import replace
from analyzer.sources.git.refs import name_ref
from analyzer.workflow.diagnosis.deploying import Deployment
from analyzer.workflow.reading.files.past_files import PastFiles

if TYPE_CHECKING:
    from analyzer.analysis.renames.noted import Noted

SURE = 75  # percent; what has a name in common as well is one migration. Below, boilerplate may do


class Lineages:
    """The migrations that may have run, followed through history."""

    def __init__(
        self, past_files: PastFiles, deployment: Deployment, noted: "Callable[[], Noted]"
    ) -> None:
        self.past_files, self.deployment, self._noted = past_files, deployment, noted

    @cached_property
    def then(self) -> tuple[SeenFile, ...]:
        """The migrations that ran as notes witnessed it, and that may have run."""
        if not self._disputed:
            return self._inferred
        from analyzer.analysis.renames.noted import with_noted

        return with_noted(self._inferred, [seen for seen, _ in self._disputed])

    def texts_before_return(self, paths: Sequence[str]) -> Mapping[str, str]:
        """By path, what a file held before it was renamed, of those that were renamed back since.

        Nothing where it is known otherwise which text ran: somebody named the commit, or notes.
        """
        deployed = self.deployment.deployed
        given = deployed is not None and deployed.how is HowDeployed.GIVEN
        known = given or not paths or self._noted()
        return {} if known else texts_before_return(self.past_files.history, paths)

    @cached_property
    def _disputed(self) -> tuple[tuple[SeenFile, str], ...]:
        """What notes witnessed and inference does not say, and the path that it had then."""
        noted = self._noted()
        if not noted:
            return ()
        from analyzer.analysis.renames.noted import disputed

        runs = disputed(self._inferred, noted)
        pairs = ((run.seen, run.note.path) for run in runs)
        return tuple(
            (self._until_removed(seen, path), path)
            for seen, path in pairs
            if seen is not None and path is not None
        )

    def _until_removed(self, seen: SeenFile, path: str) -> SeenFile:
        """The same with the commit that took its file away."""
        removal = removals(self._since(seen.commit), self.past_files.names.of).get(path)
        return seen if removal is None else replace(seen, removed_by=removal.commit)

    @cached_property
    def _inferred(self) -> tuple[SeenFile, ...]:
        """The migrations that may have run: the deployed commit's, and the unexplained rows'."""
        strays = [seen.last_seen for seen in self._strays]
        deployed = self.deployment.deployed
        if deployed is None:
            return tuple(strays)
        gone = removals(self._since_deployed, self.past_files.names.of)
        at_deployed = [
            SeenFile(file, removal.holder, removal.commit)
            if (removal := gone.get(file.path))
            else SeenFile(file, deployed.commit, None, deployed.ref)
            for file in self._deployed_files
        ]
        return (*at_deployed, *strays)

    @cached_property
    def trails(self) -> Trails:
        """For each migration that may have run, the names it came to carry up to the target."""
        past_files = self.past_files
        found = dict(follow(self._starts(), self._since_deployed, past_files.names.of, self._trust))
        for seen in self._strays:
            if seen.position is not None:
                file = seen.last_seen.file
                later = past_files.history.commits[seen.position :]
                start = {file.path: Appearance(file.path, file.blob, ())}
                found.update(follow(start, later, past_files.names.of, self._trust))
        return {**found, **self._trails_of_noted()}

    def _trails_of_noted(self) -> Trails:
        """The same for what notes witnessed, each from the commit that it ran at."""
        found: dict[str, Mapping[str, Appearance]] = {}
        for commit in dict.fromkeys(seen.commit for seen, _ in self._disputed):
            starts = {
                seen.file.path: Appearance(path, seen.file.blob, ())
                for seen, path in self._disputed
                if seen.commit == commit
            }
            names = self.past_files.names.of
            found.update(follow(starts, self._since(commit), names, self._trust))
        return found

    @cached_property
    def _deployed_files(self) -> tuple[MigrationFile, ...]:
        deployed = self.deployment.deployed
        if deployed is None:
            return ()
        return (*self.past_files.files_at(deployed.commit).files, *self.deployment.claimants)

    @cached_property
    def _strays(self) -> tuple[LastSeen, ...]:
        """For each row that neither the deployed commit nor the target explains: its last file.

        Where branches gave the version to different migrations, each may be the one that ran.
        """
        past_files = self.past_files
        today = past_files.target.files.files
        explained = {file.version.key for file in (*today, *self._deployed_files)}
        wanted = past_files.applied - explained
        if not wanted:
            return ()
        carriers = find_carriers(past_files.history, wanted, past_files.names.of)
        found = [seen for files in carriers.values() for seen in self._apart(files)]
        lost = wanted - carriers.keys()
        if lost:
            elsewhere = find_versions(past_files.everywhere, lost, past_files.names.of)
            found += [self._elsewhere(seen) for seen in elsewhere.values()]
        return tuple(found)

    def _apart(self, files: Mapping[str, LastSeen]) -> Iterator[LastSeen]:
        """The last of the files, and those that came on other branches and do something else."""
        *rest, last = files.values()
        yield last
        if not rest:
            return
        came_before, features = precedence(self.past_files.history), self.past_files.features
        for seen in rest:
            one, other = seen.last_seen.file, last.last_seen.file
            in_turn = came_before(one.path, other.path) or came_before(other.path, one.path)
            if not in_turn and strangers(features(one.blob), features(other.blob)):
                yield seen

    def _elsewhere(self, seen: LastSeen) -> LastSeen:
        """The same with the ref that holds it; its position in another history means nothing."""
        ref = name_ref(self.past_files.repository, seen.last_seen.commit)
        return LastSeen(replace(seen.last_seen, ref=ref), None)

    def _starts(self) -> Mapping[str, Appearance]:
        """Find the commit at which to follow each deployed file: the fork, if there is one."""
        past_files, here = self.past_files, self._here
        files = [(file.path, file.blob) for file in self._deployed_files]
        if here is None or here in past_files.own:
            return {path: Appearance(path, blob, ()) for path, blob in files}
        theirs = ancestors(past_files.everywhere, here) - past_files.own
        side = [
            commit for commit in reversed(past_files.everywhere.commits) if commit.sha in theirs
        ]
        return trace_back(files, side, past_files.names.of, self._trust)

    @cached_property
    def _since_deployed(self) -> Sequence[Commit]:
        deployed = self.deployment.deployed
        return [] if deployed is None else self._since(deployed.commit)

    def _since(self, commit: str) -> Sequence[Commit]:
        """The commits of the target's history that a commit does not hold."""
        past_files, here = self.past_files, self.past_files.home(commit)
        if here is None:
            return []
        before = ancestors(
            past_files.history if here in past_files.own else past_files.everywhere, here
        )
        return [commit for commit in past_files.history.commits if commit.sha not in before]

    @cached_property
    def _here(self) -> str | None:
        """The deployed commit, or the nearest kept one that has the same folders."""
        deployed = self.deployment.deployed
        return self.past_files.home(deployed.commit) if deployed else None

    def _trust(self, hop: Hop) -> bool:
        names = self.past_files.names.of
        old, new = names(hop.old_path, hop.old_blob), names(hop.new_path, hop.new_blob)
        if old is None or new is None:
            return False
        by_git = hop.similarity is not None
        sure = old.slug == new.slug and (hop.similarity or 0) >= SURE
        if hop.old_blob == hop.new_blob or sure:
            return True  # without a look into the files
        features = self.past_files.features
        return believable(
            Side(MigrationFile(hop.old_path, old, hop.old_blob), features(hop.old_blob)),
            Side(MigrationFile(hop.new_path, new, hop.new_blob), features(hop.new_blob)),
            by_git=by_git,
        )
