"""The functions of a shell script of moves: each looks at files, or moves one, through no link.

Written for any POSIX shell, with GNU, BSD and busybox tools. A script gets only those it calls.
"""

TOOLS = r"""set -eu
LC_ALL=C
export LC_ALL
changing=no

say() {
  printf '%s' "$*" | tr -d '\001-\037\177' >&2
  echo >&2
}

stop() {
  say "$@"
  [ "$changing" = yes ] || say 'Nothing was changed.'
  exit 1
}

is_free() { [ ! -e "$1" ] && [ ! -h "$1" ]; }

is_file() { [ -f "$1" ] && [ ! -h "$1" ]; }

problem() {
  problems=$((problems + 1))
  say "problem: $*"
}

# git: nothing that the repository names runs: no hook, no filter, no file watcher.
git() {
  command git --no-pager --literal-pathspecs -c core.fsmonitor=false \
    -c core.hooksPath=/dev/null -c core.untrackedCache=false -c protocol.allow=never "$@"
}

# enter FOLDER: go there, unless a part of its name is a link. Where we are then stays the same
# folder, whatever is put in its place.
enter() {
  if [ "$1" = . ]; then wanted=$top; else wanted=${top%/}/$1; fi
  cd -P "./$1" 2> /dev/null || return 1
  here=$(env pwd -P && echo _)
  [ "$here" = "$wanted
_" ]
}

folder_of() {
  case $1 in
    */*) folder=${1%/*} ;;
    *) folder=. ;;
  esac
}

# mv -- OLD NEW: out of the folder that OLD names into the one that NEW names, through no link, and
# never over a file. Whoever swaps a folder meanwhile gains nothing: it is not looked up again.
mv() {
  folder_of "$2"
  source=$folder
  folder_of "$3"
  if [ "$source" = "$folder" ]; then
    ( enter "$folder" && put "./${2##*/}" "./${3##*/}" )
  else
    ( enter "$source" ) && ( enter "$folder" && up "$folder" && put "$way$2" "./${3##*/}" )
  fi || {
    say "cannot be moved: $2 to $3"
    return 1
  }
}

# up FOLDER: the way from there to the root, by what lies above the folder and not by its name.
up() {
  way=./
  [ "$1" != . ] || return 0
  rest=$1/
  while [ -n "$rest" ]; do
    rest=${rest#*/}
    way=../$way
  done
}

# put OLD NEW
put() {
  is_file "$1" && is_free "$2" || return 1
  command mv -n "$1" "$2" || return 1
  is_free "$1" && is_file "$2"
}

# holds FILE ID ID: whether git would give its content one of the ids. No filter runs, but line
# ends may be as git's core.autocrlf checks them out.
holds() {
  content=$(git hash-object --stdin < "$1")
  [ "$content" != "$2" ] && [ "$content" != "$3" ] || return 0
  content=$(tr -d '\r' < "$1" | git hash-object --stdin)
  [ "$content" = "$2" ] || [ "$content" = "$3" ]
}

# look NAME BEFORE AFTER ... LAST: each file moves to the next name, so just one of the names is
# free: the last one before the first move, the first one after the last. Names before the free
# one hold their own file, the others the file of the name before: its content then or now.
look() {
  first=$1
  holes=0
  own1=none
  own2=none
  missing=''
  others=''
  while :; do
    name=$1
    came1=$own1
    came2=$own2
    own1=${2-none}
    own2=${3-none}
    if is_free "$name"; then
      holes=$((holes + 1))
      hole=$name
      if [ $# -gt 1 ]; then missing="$missing${missing:+, }$name"; fi
    elif ! is_file "$name"; then
      problem "this is no regular file: $name"
    elif [ "$holes" -eq 0 ] && [ $# -gt 1 ]; then
      holds "$name" "$own1" "$own2" || others="$others${others:+, }$name"
    elif [ "$holes" -gt 0 ]; then
      holds "$name" "$came1" "$came2" || others="$others${others:+, }$name"
    fi
    [ $# -gt 1 ] || break
    shift 3
  done
  total=$((total + 1))
  if [ "$holes" -eq 0 ]; then
    problem "this name is taken: $name"
  elif [ "$holes" -gt 1 ]; then
    problem "this file is missing: $missing"
  else
    edited="$edited${others:+ $others}"
    if [ "$hole" = "$name" ]; then
      todo=$((todo + 1))
    elif [ "$hole" = "$first" ]; then
      finished=$((finished + 1))
    fi
  fi
}

# back NEW OLD: take a move back, if it was made.
back() {
  if is_file "$1" && is_free "$2"; then
    MOVE_BACK
  fi
}"""

MOVE_BACK = 'mv -- "$1" "$2"'
GIT_MOVE_BACK = 'mv -- "$1" "$2" && { stage "$1" "$2" || :; }'

GIT_TOOLS = r"""
# stage OLD NEW: git's index gets the new name, with what it held under the old one. git mv, or
# any change of the index made where the files lie, would let the filters run that the repository
# names, to see whether files are as they were.
stage() {
  staged=$(git ls-files -s -- "$1")
  blob=${staged#* }
  blob=${blob%% *}
  where=$(git rev-parse --absolute-git-dir && echo _)
  (
    cd "${where%??}"
    printf '%s %s\t%s\000' 0 "$blob" "$1" "${staged%% *}" "$blob" "$2" |
      git --git-dir=. --work-tree=. update-index -z --index-info
  )
}"""

ROUND_TOOLS = r"""
# look_round SPARE, then for each file its NAME, what it may hold before (two contents) and
# after (two more): the names are exchanged, so only contents tell whether that was done.
look_round() {
  spare=$1
  shift
  holes=0
  as_before=yes
  as_after=yes
  while [ $# -gt 0 ]; do
    if is_file "$1"; then
      holds "$1" "$2" "$3" || as_before=no
      holds "$1" "$4" "$5" || as_after=no
    elif is_free "$1"; then
      holes=$((holes + 1))
      hole=$1
    else
      problem "this is no regular file: $1"
    fi
    shift 5
  done
  total=$((total + 1))
  turned=no
  if [ "$holes" -eq 1 ] && is_file "$spare"; then
    return
  elif [ "$holes" -gt 0 ]; then
    problem "this file is missing: $hole"
  elif ! is_free "$spare"; then
    problem "this name is taken: $spare"
  elif [ "$as_before" = yes ]; then
    todo=$((todo + 1))
  elif [ "$as_after" = yes ]; then
    finished=$((finished + 1))
    turned=yes
  else
    problem "files whose names are to be exchanged were edited since: $spare"
  fi
}"""

LINE_TOOLS = r"""
cr=$(printf '\r')
editing=''

# reads FILE NUMBER TEXT
reads() {
  found=$(sed -n "${2}p" < "$1")
  [ "$found" = "$3" ] || [ "$found" = "$3$cr" ]
}

# look_line FILE NUMBER BEFORE AFTER
look_line() {
  total=$((total + 1))
  if reads "$1" "$2" "$3"; then
    todo=$((todo + 1))
  elif reads "$1" "$2" "$4"; then
    finished=$((finished + 1))
  else
    problem "line $2 does not read '$3': $1"
  fi
}

# replace FILE NUMBER OLD NEW SED: the file is whole at every moment, and keeps its mode.
replace() {
  folder_of "$1"
  editing=$1.migdoctor-edit
  ( enter "$folder" && rewrite "./${1##*/}" "$2" "$3" "$4" "$5" ) || return 1
  editing=''
}

# rewrite NAME NUMBER OLD NEW SED: the same, in the folder where we are.
rewrite() {
  is_file "$1" && reads "$1" "$2" "$3" || return 1
  is_free "$1.migdoctor-edit" || is_file "$1.migdoctor-edit" || return 1
  rm -f -- "$1.migdoctor-edit"
  cp -p -- "$1" "$1.migdoctor-edit" || return 1
  sed "$5" < "$1" > "$1.migdoctor-edit" || return 1
  reads "$1.migdoctor-edit" "$2" "$4" || return 1
  command mv -f -- "$1.migdoctor-edit" "$1"
}

# forget FILE: what a change that was cut off has left.
forget() {
  folder_of "$1"
  ( enter "$folder" && rm -f -- "./${1##*/}" )
}"""

FOLDER_TOOLS = r"""
# make_folder FOLDER: one that is not there yet, in one that is.
make_folder() {
  name=${1##*/}
  folder_of "$1"
  ( enter "$folder" && { [ -d "./$name" ] || mkdir "./$name"; } ) && ( enter "$1" )
}

# forget_folder FOLDER: unless something is in it.
forget_folder() {
  name=${1##*/}
  folder_of "$1"
  ( enter "$folder" && ! [ -h "./$name" ] && rmdir "./$name" ) 2> /dev/null || :
}

# leave_folder FOLDER: what its only file left is not to stay as a folder without one.
leave_folder() {
  forget_folder "$1"
  is_free "$1" || say "Other files are left in $1: move or delete them, too, or the tool may take" \
    'the folder for a migration.'
}"""
