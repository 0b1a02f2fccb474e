"""Two or three examples for the help of each command; a test parses every one."""

_FRONT = """
migdoctor diagnose
migdoctor rename-back -o fix.sh
migdoctor check --base origin/main
"""
_OF_COMMANDS = """
migdoctor diagnose --database-url "$DATABASE_URL"
migdoctor diagnose --rows structure.sql --deployed v2.3
migdoctor diagnose --all-environments --format json -o report.json
migdoctor fix
migdoctor fix --environment production
migdoctor fix --all-environments
migdoctor rename-back -o fix.sh
migdoctor rename-back --format patch | git apply
migdoctor rename-back --apply
migdoctor rewrite -o fix.sql
migdoctor rewrite --apply --dry-run
migdoctor rewrite --all-environments -o fixes
migdoctor advise
migdoctor advise --window 15
migdoctor advise --all-environments
migdoctor record
migdoctor record --deployed v2.3
migdoctor record --rows rows.txt --to notes.json
migdoctor rehearse --repair rename-back
migdoctor rehearse --migrate-command 'bin/rails db:migrate'
migdoctor undo --list
migdoctor undo
migdoctor undo --dry-run
migdoctor graph
migdoctor graph --around 20250823000004 --depth 2
migdoctor graph --format svg -o graph.svg
migdoctor schema
migdoctor schema --format json
migdoctor check --base origin/main
migdoctor check --staged
migdoctor check --base origin/main --format github
migdoctor explain MD101
migdoctor explain MD101 --format json
migdoctor explain
migdoctor preflight
migdoctor preflight --backup shop.backup --rollback runbook.md
migdoctor backup -o shop.backup --verify
migdoctor backup --table songs --table artists -o songs.backup
migdoctor restore shop.backup --into-new shop_restored
migdoctor restore shop.backup --environment rehearsal
migdoctor verify --against shop.backup
migdoctor verify --against shop_old
migdoctor recover full --migrate-command 'bin/rails db:migrate'
migdoctor recover full --migrate-command 'bin/rails db:migrate' --backup shop.backup
migdoctor recover tables --table songs --from-backup shop.backup
migdoctor recover tables --table songs --from-database shop_old
migdoctor recover resume
migdoctor recover back
migdoctor recover drop-old
migdoctor demo
migdoctor demo --folder incident
"""


def examples_of(path: str) -> list[str]:
    """The examples of a command, such as ``migdoctor recover full``, as they are typed."""
    if path == "migdoctor":
        return _FRONT.split("\n")[1:-1]
    return [line for line in _OF_COMMANDS.split("\n") if f"{line} ".startswith(f"{path} ")]
