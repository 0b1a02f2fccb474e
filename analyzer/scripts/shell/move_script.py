"""A file plan as a POSIX shell script: plain moves between checks that keep them safe.

The script looks at all files first. What it finds is one of four things: as analysed (it goes
on), already done (it says so, status 0), cut off half way by a kill (it puts back what that run
moved, then goes on), or anything else (it says what is in the way, status 1, nothing changed).
"""

import itertools
from collections.abc import Iterable, Iterator

from analyzer.model.plans.plan import FilePlan, MoveFile, Provenance, ReplaceLine
from analyzer.model.plans.script_head import head
from analyzer.model.words.shell_word import shell_word
from analyzer.model.words.wording import count, listed
from analyzer.records import Struct
from analyzer.scripts.shell import shell_functions, shell_text
from analyzer.scripts.shell.move_chains import ClassLineEdit, Ring, chains, edits, file_moves, rings
from analyzer.scripts.shell.shell_words import Words, sed_command

_NAMED = 3  # files whose lines changed


def render_moves(plan: FilePlan, provenance: Provenance, *, git: bool) -> str:
    """Write a plan as a POSIX shell script.

    Paths may hold any byte but NUL (as surrogates where they are no UTF-8); names that would not
    print stand in the script as ``printf`` escapes. ``git`` stages the moves in the index too.
    """
    title = _title(plan)
    lines = ["#!/bin/sh", *head("#", title, provenance, plan.notes)]
    if not plan.steps:
        return "\n".join([*lines, shell_text.NOTHING, ""])
    rest = tuple(["", *provenance.rest.splitlines()] if provenance.rest else ())
    words = Words.of((*_texts(plan), *rest))
    script = _Shell(plan, tuple(rings(plan)), tuple(edits(plan)), words, git=git, rest=rest)
    return "\n".join([*lines, shell_text.USAGE, "", *script.lines(), ""])


def _count(plan: FilePlan) -> str:
    """What is renamed, in words."""
    elsewhere = plan.schema_lines
    lines = [it for it in plan.steps if isinstance(it, ReplaceLine) and it not in elsewhere]
    classes = all(it.before.lstrip().startswith("class ") for it in lines)
    files = count(len(plan.moves), "migration file")
    if not lines:
        return files
    if classes:
        return f"{files} and {count(len(lines), 'class name')}"
    names = "line in them that names a version" if len(lines) == 1 else "lines that name versions"
    return f"{files}, with {len(lines)} {names}"


def _title(plan: FilePlan) -> str:
    return _said(plan, "Renames", "Brings")


def _done(plan: FilePlan) -> str:
    return f"Done: {_said(plan, 'renamed', 'brought')}"


def _unstaged(plan: FilePlan) -> str:
    """What ``--git`` leaves to the commit: to stage a file would stage all that is new in it."""
    changed = listed(dict.fromkeys(it.final for it in edits(plan)), _NAMED)
    return f"Changed, not staged: {changed}. Commit that along with the moves."


def _said(plan: FilePlan, renames: str, brings: str) -> str:
    schema = _schema_files(plan)
    if not plan.moves and schema:
        return f"{brings} the versions in {schema} in line."
    also = f", and {brings.lower()} the versions in {schema} in line" if schema else ""
    return f"{renames} {_count(plan)}{also}."


def _schema_files(plan: FilePlan) -> str:
    """The schema files whose versions change too, in words; empty if none does."""
    return " and ".join(dict.fromkeys(step.path for step in plan.schema_lines))


class _Shell(Struct, frozen=True):
    plan: FilePlan
    rings: tuple[Ring, ...]
    edits: tuple[ClassLineEdit, ...]
    word: Words
    git: bool
    rest: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """Write the script below its head."""
        move_back = shell_functions.GIT_MOVE_BACK if self.git else shell_functions.MOVE_BACK
        yield shell_functions.TOOLS.replace("MOVE_BACK", move_back)
        yield from [shell_functions.GIT_TOOLS] if self.git else []
        yield from [shell_functions.ROUND_TOOLS] if self.rings else []
        yield from [shell_functions.LINE_TOOLS] if self.edits else []
        yield from [shell_functions.FOLDER_TOOLS] if self.crossing else []
        yield from ["", *self.word.definitions] if self.word.definitions else []
        yield from _function("look_at_names", self._look_at_names())
        if self.edits:
            yield from _function("look_at_lines_before", map(self._look_before, self.edits))
            yield from _function("look_at_lines_after", map(self._look_after, self.edits))
        yield from _function("put_back", self._put_back())
        look_at_lines = shell_text.LOOK_AT_LINES if self.edits else ""
        yield shell_text.SURVEY.replace("LOOK_AT_LINES", look_at_lines)
        yield shell_text.ROOT
        yield from _function("expect_folders", self._expectations())
        yield "expect_folders"
        yield from [shell_text.DECIDE, *self._tracked(), shell_text.DRY]
        yield from ["", "# The moves.", "", "changing=yes", *self._new_folders()]
        yield from [*self._steps(), shell_text.VERIFY, *self._left_folders()]
        yield from self._farewell()

    def _look_at_names(self) -> Iterator[str]:
        before, after = dict(self.plan.before), dict(self.plan.after)
        for chain in chains(self.plan.moves):
            pairs = itertools.pairwise(chain)
            files = (_place(self.word(one), before[one], after[two]) for one, two in pairs)
            yield " \\\n    ".join(["look", *files, self.word(chain[-1])])
        sources = {move.target: move.source for move in self.plan.moves}
        targets = {move.source: move.target for move in self.plan.moves}
        for number, ring in enumerate(self.rings, start=1):
            parts = [self.word(ring.spare)]
            for name in ring.names:
                held = (before[name], after[targets[name]])
                holds = (before[sources[name]], after[name])
                parts.append(_place(self.word(name), *held, *holds))
            yield "look_round " + " \\\n    ".join(parts)
            yield f"last{number}=$turned"

    def _look_before(self, edit: ClassLineEdit) -> str:
        line = edit.line
        return (
            f"look_line {self.word(edit.origin)} {line.line} {self.word(line.before, line.after)}"
        )

    def _look_after(self, edit: ClassLineEdit) -> str:
        line = edit.line
        return f"look_line {self.word(edit.final)} {line.line} {self.word(line.before, line.after)}"

    def _put_back(self) -> Iterator[str]:
        yield from self._old_folders()
        if self.edits:
            yield 'if [ -n "$editing" ]; then forget "$editing"; fi'
        spares = {ring.spare: number for number, ring in enumerate(self.rings, start=1)}
        for step in reversed(file_moves(self.plan)):
            back = f"back {self.word(step.target, step.source)}"
            number = spares.get(step.source)
            yield back if number is None else f'if [ "$last{number}" = yes ]; then {back}; fi'
        for edit in self.edits:
            place, line = self.word(edit.origin), edit.line
            now, then = self.word(line.after), self.word(line.before)
            sed = self.word(sed_command(line.inverse()))
            yield f"! reads {place} {line.line} {now} ||"
            yield f"  replace {place} {line.line} {now} {then} {sed}"
        for folder in dict.fromkeys(_folder(it.target) for it in self.crossing):
            yield f"forget_folder {self.word(folder)}"

    @property
    def crossing(self) -> tuple[MoveFile, ...]:
        """The moves into another folder, which may be new, and whose old one may be left empty."""
        return tuple(it for it in self.plan.moves if _folder(it.source) != _folder(it.target))

    def _expectations(self) -> Iterator[str]:
        for folder in _expected(self.plan):
            yield f"expect_folder {self.word(folder)}"

    def _new_folders(self) -> Iterator[str]:
        for folder in dict.fromkeys(_folder(it.target) for it in self.crossing):
            yield f"make_folder {self.word(folder)}"

    def _old_folders(self) -> Iterator[str]:
        for folder in dict.fromkeys(_folder(it.source) for it in self.crossing):
            yield f"make_folder {self.word(folder)}"

    def _left_folders(self) -> Iterator[str]:
        for folder in dict.fromkeys(_folder(it.source) for it in self.crossing):
            yield f"leave_folder {self.word(folder)}"

    def _tracked(self) -> Iterator[str]:
        if not self.git:
            return
        yield "for name in \\"
        yield " \\\n".join(f"  {self.word(move.source)}" for move in self.plan.moves)
        yield "do"
        yield '  case $(git ls-files -s -- "$name") in'
        yield "    *' 0	'*) ;;"
        yield '    *) stop "git does not know $name: git add it, or rename without --git" ;;'
        yield "  esac"
        yield "done"

    def _steps(self) -> Iterator[str]:
        spares = {ring.spare: number for number, ring in enumerate(self.rings, start=1)}
        for step in self.plan.steps:
            match step:
                case MoveFile(source, target):
                    if source in spares:
                        yield f"last{spares[source]}=yes"
                    yield f"mv -- {self.word(source, target)}"
                    yield from [f"stage {self.word(source, target)}"] if self.git else []
                case ReplaceLine(path, line, before, after):
                    texts = self.word(before, after, sed_command(step))
                    yield f"replace {self.word(path)} {line} {texts}"

    def _farewell(self) -> Iterator[str]:
        done = _done(self.plan)
        yield f"say {self.word(done)}"
        if self.git and self.edits:
            yield f"say {self.word(_unstaged(self.plan))}"
        yield from (f"say {self.word(line)}" for line in self.rest)


def _function(name: str, body: Iterable[str]) -> list[str]:
    return ["", f"{name}() {{", *(f"  {line}" for line in [*body] or [":"]), "}"]


def _place(name: str, *contents: str) -> str:
    return " ".join([name, *map(shell_word, contents)])


def _folder(path: str) -> str:
    return path.rpartition("/")[0] or "."


def _expected(plan: FilePlan) -> Iterator[str]:
    """The folders that are there before and after; of one that may be made, the one above it."""
    ends: list[str] = []
    for move in plan.moves:
        folders = [_folder(move.source), _folder(move.target)]
        ends += map(_folder, folders) if folders[0] != folders[1] else folders
    ends += [_folder(line.path) for line in plan.schema_lines]
    yield from dict.fromkeys(ends)


def _texts(plan: FilePlan) -> Iterator[str]:
    """All that the script names: paths and their folders, lines, sed commands."""
    for step in plan.steps:
        match step:
            case MoveFile(source, target):
                yield from (source, target, _folder(source), _folder(target))
                yield from (_folder(_folder(source)), _folder(_folder(target)))
            case ReplaceLine(path, _, before, after):
                yield from (path, _folder(path), before, after)
                yield from (sed_command(step), sed_command(step.inverse()))
    yield from (_done(plan), _unstaged(plan))
    for edit in edits(plan):
        yield from (edit.origin, edit.final)
