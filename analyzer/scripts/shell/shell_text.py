"""The frame of a shell script of moves: how it is used, where it runs, how it looks and decides.

Written for any POSIX shell, with GNU, BSD and busybox tools; it calls ``shell_functions``.
"""

USAGE = """\
#
# Run it in the repository's root, or tell it where that is: sh THIS_SCRIPT [ROOT]
# It checks everything before the first move, never overwrites a file, puts back what it moved
# if a step fails, and changes nothing when it is run a second time.
# With MIGDOCTOR_DRY_RUN=1 in its environment it checks everything and moves nothing; with
# MIGDOCTOR_ALLOW_EDITED=1 files may move although they were edited since this was written."""

SURVEY = r"""
survey() {
  problems=0
  edited=''
  total=0
  todo=0
  finished=0
  look_at_names
LOOK_AT_LINES}

leave() {
  status=$?
  trap '' HUP INT TERM
  [ "$changing" = yes ] || exit "$status"
  set +e
  say 'A step failed. Putting back what was changed.'
  put_back
  survey
  if [ "$todo" -eq "$total" ]; then
    say 'All files are as they were before.'
  else
    say 'Not all could be put back: see above. Repair the cause, then run this script again.'
  fi
  exit 1
}
trap leave EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM"""

LOOK_AT_LINES = """\
  if [ "$problems" -eq 0 ]; then
    if [ "$todo" -eq "$total" ]; then
      look_at_lines_before
    elif [ "$finished" -eq "$total" ]; then
      look_at_lines_after
    fi
  fi
"""

ROOT = r"""
# Where are we?

command git --version > /dev/null 2>&1 ||
  stop 'This needs git, to see whether a file was edited since.'
if [ $# -gt 0 ]; then
  case $1 in
    /*) cd "$1" ;;
    *) cd "./$1" ;;
  esac
fi
top=$(env pwd -P && echo _)
top=${top%??}
expect_folder() {
  [ -d "$1" ] || stop "There is no folder $1 in $(pwd). Go to the repository's root and run" \
    "this again, or name the root: sh THIS_SCRIPT /path/to/repository"
  ( enter "$1" ) || stop "A part of the path $1 is a link, which may lead out of this folder." \
    'Put the folder itself there, then run this again.'
  [ -w "$1" ] || stop "You may not change the folder $1"
}"""

DECIDE = r"""
# Look before the first move.

survey
[ "$problems" -eq 0 ] || stop 'The files are not as they were when this was written.' \
  'Run migdoctor again.'
if [ "$finished" -eq "$total" ]; then
  say 'This was done already. Nothing was changed.'
  exit 0
fi
if [ -n "$edited" ] && [ -z "${MIGDOCTOR_ALLOW_EDITED-}" ]; then
  say "problem: edited since this was written:$edited"
  stop 'Run migdoctor again, which looks at the new text too. If the files may move as they are,' \
    'pass --allow-dirty to migdoctor, or set MIGDOCTOR_ALLOW_EDITED=1 for this script.'
fi
dry=${MIGDOCTOR_DRY_RUN-}
if [ "$todo" -ne "$total" ]; then
  if [ -n "$dry" ]; then
    say 'Dry run: an earlier run was cut off; this one would put back what it changed, then go on.'
    exit 0
  fi
  say 'An earlier run was cut off. Putting back what it changed, then starting again.'
  changing=yes
  put_back
  survey
  [ "$todo" -eq "$total" ] || exit 1
fi"""

DRY = r"""
if [ -n "$dry" ]; then
  say 'Dry run: all of it can be done. Nothing was changed.'
  exit 0
fi"""

VERIFY = r"""
before=$edited
survey
[ "$finished" -eq "$total" ] || exit 1
[ "$edited" = "$before" ] || [ -n "${MIGDOCTOR_ALLOW_EDITED-}" ] || {
  say "problem: edited while it was moved:$edited"
  exit 1
}
expect_folders
changing=no"""

NOTHING = """\
set -eu
echo 'There is nothing to rename.' >&2"""
