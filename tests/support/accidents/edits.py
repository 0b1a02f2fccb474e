"""Edits of migrations after they ran: for each the text that ran, that of today, and what stays.

``T`` in a text stands for the edit's own table.
"""

import re

from analyzer.records import Struct

_TABLE = "create_table :T do |t|\n  t.string :name\n  t.integer :plays\n"


class Edit(Struct, frozen=True, dict=True):
    """One edit. ``stays`` are words of the difference that no follow-up can close."""

    name: str
    ran: str
    now: str
    stays: tuple[str, ...] = ()
    later: str = ""  # a migration after it, never edited
    fill: str = ""  # SQL for rows that are there when the follow-up runs

    @property
    def table(self) -> str:
        return f"t_{self.name}"

    def text(self, body: str, class_name: str) -> str:
        """A migration with this body, made for the edit's own table."""
        inside = re.sub(r"\bT\b", self.table, re.sub(r"\bT_", f"{self.table}_", body))
        lines = "\n".join(f"    {line}".rstrip() for line in inside.splitlines())
        return f"class {class_name} < ActiveRecord::Migration[6.1]\n  def up\n{lines}\n  end\nend\n"


def _with(*lines: str, after: str = "") -> str:
    inside = "".join(f"  {line}\n" for line in lines)
    return f"{_TABLE}{inside}end\n{after}"


PLAIN = _with()
FILLED = "INSERT INTO T (name, plays) VALUES ('one', 1), ('two', 2)"
EDITS = (
    Edit("column", PLAIN, _with("t.text :notes"), fill=FILLED),
    Edit(
        "limits",
        PLAIN,
        _with(
            "t.string :code, limit: 8",
            "t.decimal :price, precision: 10, scale: 2",
            "t.text :tags, array: true, default: []",
            "t.jsonb :extra, default: {}",
            "t.datetime :seen_at",
            "t.bigint :size",
            "t.integer :tiny, limit: 2",
            "t.float :gain",
            "t.uuid :token, default: 'gen_random_uuid()'",
            "t.boolean :live, default: true",
            "t.date :day",
            "t.inet :address",
            "t.binary :blob",
            "t.timestamp :at, precision: 3",
            "t.time :hour",
        ),
        fill=FILLED,
    ),
    Edit("default", PLAIN, _with("t.integer :stars, null: false, default: 3"), fill=FILLED),
    Edit("required", PLAIN, _with("t.string :code, null: false")),
    Edit("null", PLAIN, PLAIN.replace(":name", ":name, null: false"), fill=FILLED),
    Edit("nullable", PLAIN.replace(":name", ":name, null: false"), PLAIN, fill=FILLED),
    Edit("changed_default", PLAIN, PLAIN.replace(":plays", ":plays, default: 0"), fill=FILLED),
    Edit("sql_default", PLAIN, _with("t.datetime :made_at, default: -> { 'now()' }"), fill=FILLED),
    Edit("index", PLAIN, _with(after="add_index :T, :name")),
    Edit("unique", PLAIN, _with("t.index [:name, :plays], unique: true"), fill=FILLED),
    Edit("rebuilt", _with("t.index :name"), _with("t.index :name, unique: true"), fill=FILLED),
    Edit(
        "partial",
        PLAIN,
        _with(
            after=(
                "add_index :T, :name, where: 'plays > 0', name: 'T_partial'\n"
                "add_index :T, 'lower(name)', name: 'T_lower', unique: true\n"
                "add_index :T, [:name, :plays], order: { plays: :desc }, name: 'T_order'\n"
                "add_index :T, :plays, using: :hash, name: 'T_hash'\n"
            )
        ),
        fill=FILLED,
    ),
    Edit("renamed_index", _with("t.index :name"), _with("t.index :name, name: 'T_other'")),
    Edit("loosened", _with("t.index :name, unique: true"), PLAIN, fill=FILLED),
    Edit("timestamps", PLAIN, _with("t.timestamps null: true"), fill=FILLED),
    Edit(
        "reference",
        PLAIN,
        _with("t.references :song, foreign_key: { to_table: :t_column }"),
        fill=FILLED,
    ),
    Edit(
        "cascade",
        _with("t.references :song, foreign_key: { to_table: :t_column }"),
        _with("t.references :song, foreign_key: { to_table: :t_column, on_delete: :cascade }"),
    ),
    Edit(
        "new_table",
        PLAIN,
        _with(
            after=(
                "create_table :T_parts, id: :uuid, comment: 'parts' do |t|\n"
                "  t.references :song, foreign_key: { to_table: :T }, null: false\n"
                "  t.string :label, null: false, index: { unique: true }\n"
                "  t.check_constraint 'length(label) > 1', name: 'T_label'\n"
                "  t.timestamps\n"
                "end\n"
                "create_join_table :T, :T_parts, table_name: :T_both\n"
            )
        ),
        fill=FILLED,
    ),
    Edit(
        "check",
        PLAIN,
        _with(after="add_check_constraint :T, 'plays >= 0', name: 'T_plays'"),
        fill=FILLED,
    ),
    Edit(
        "other_check",
        _with(after="add_check_constraint :T, 'plays >= 0', name: 'T_plays'"),
        _with(after="add_check_constraint :T, 'plays > 0', name: 'T_plays'"),
        fill=FILLED,
    ),
    Edit(
        "unique_constraint",
        PLAIN,
        _with(after="execute 'ALTER TABLE T ADD CONSTRAINT T_name UNIQUE (name)'"),
        fill=FILLED,
    ),
    Edit(
        "comment",
        PLAIN,
        PLAIN.replace(":T do", ":T, comment: %q(it's) do").replace(
            ":plays", ":plays, comment: 'how \"often\" #{1}'"
        ),
    ),
    Edit(
        "enum",
        PLAIN,
        "execute \"CREATE TYPE T_mood AS ENUM ('sad', 'glad')\"\n"
        + _with("t.column :mood, 'T_mood', default: 'sad'"),
        fill=FILLED,
    ),
    Edit(
        "enum_value",
        "execute \"CREATE TYPE T_mood AS ENUM ('sad', 'glad')\"\n",
        "execute \"CREATE TYPE T_mood AS ENUM ('dull', 'sad', 'so-so', 'glad', 'mad')\"\n",
    ),
    Edit(
        "extension",
        PLAIN,
        "enable_extension 'pgcrypto' if extension_available?('pgcrypto')\n" + PLAIN,
    ),
    Edit(
        "later_rename",
        PLAIN,
        _with("t.text :notes", after="add_index :T, :name"),
        later="rename_table :T, :T_renamed\nadd_column :T_renamed, :more, :text",
    ),
    Edit("later_drop", PLAIN, _with("t.text :notes"), later="drop_table :T"),
    Edit(
        "later_column",
        PLAIN,
        _with("t.text :notes, default: 'x'"),
        later="change_column_default :T, :plays, 7\nadd_index :T, :plays",
    ),
    Edit("idle", PLAIN, "# only said otherwise\n" + PLAIN),
    Edit("renamed_column", PLAIN, PLAIN.replace(":name", ":title"), ("name",), fill=FILLED),
    Edit("removed_column", _with("t.text :notes"), PLAIN, ("notes",), fill=FILLED),
    Edit("type", PLAIN, PLAIN.replace("integer :plays", "string :plays"), ("plays",), fill=FILLED),
    Edit("removed_table", _with(after="create_table :T_more"), PLAIN, ("t_removed_table_more",)),
    Edit("data", PLAIN, PLAIN + "execute \"INSERT INTO T (name) VALUES ('three')\""),
)
