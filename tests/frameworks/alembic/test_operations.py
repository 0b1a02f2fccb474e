"""Alembic's operations are read as what its own offline mode would send."""

import io
import textwrap

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations

from analyzer.engines.registry import parse_sql
from analyzer.frameworks.alembic.framework import FRAMEWORK
from analyzer.model.effects.effect import Opaque
from analyzer.records import replace

READ = {
    "a table": """
        op.create_table('songs',
            sa.Column('id', sa.BigInteger(), nullable=False),
            sa.Column('title', sa.String(length=80), server_default='none', nullable=True),
            sa.Column('sold', sa.Numeric(precision=10, scale=2), nullable=False),
            sa.Column('made_at', sa.DateTime(timezone=True), server_default=sa.text('now()')),
            sa.Column('artist_id', sa.Integer(), nullable=True),
            sa.ForeignKeyConstraint(['artist_id'], ['artists.id'], name='fk', ondelete='CASCADE'),
            sa.PrimaryKeyConstraint('id', name='songs_pkey'),
            sa.UniqueConstraint('title', name='uq_title'),
            sa.CheckConstraint('sold > 0', name='ck'))""",
    "a column": "op.add_column('songs', sa.Column('mood', postgresql.JSONB(), nullable=False))",
    "a list": "op.add_column('songs', sa.Column('tags', postgresql.ARRAY(sa.Text())))",
    "a column gone": "op.drop_column('songs', 'mood', schema='music')",
    "not null": "op.alter_column('songs', 'mood', existing_type=sa.Text(), nullable=False)",
    "a type": "op.alter_column('songs', 'mood', type_=sa.Text(), existing_type=sa.String())",
    "a default": "op.alter_column('songs', 'mood', server_default='glad')",
    "no default": "op.alter_column('songs', 'mood', server_default=None)",
    "a name": "op.alter_column('songs', 'mood', new_column_name='feeling')",
    "an index": "op.create_index(op.f('ix'), 'songs', ['title', sa.text('lower(x)')], unique=True)",
    "an index gone": "op.drop_index(op.f('ix'), table_name='songs')",
    "a key": "op.create_foreign_key('fk', 'songs', 'artists', ['a'], ['id'], ondelete='SET NULL')",
    "a constraint gone": "op.drop_constraint('fk', 'songs', type_='foreignkey')",
    "a unique constraint": "op.create_unique_constraint('uq', 'songs', ['title'])",
    "a check": "op.create_check_constraint('ck', 'songs', 'sold > 0')",
    "a table gone": "op.drop_table('songs')",
    "a table renamed": "op.rename_table('songs', 'tracks')",
    "SQL": "op.execute(\"UPDATE songs SET mood = 'glad'\")",
    "a batch": """
        with op.batch_alter_table('songs') as batch_op:
            batch_op.add_column(sa.Column('mood', sa.Text()))
            batch_op.create_index('ix', ['mood'])
            batch_op.drop_column('title')""",
}
UNREAD = {
    "a computed name": "op.drop_table(NAME)",
    "a computed column": "op.add_column('songs', sa.Column('x', TYPE))",
    "a loop": "for it in op.get_bind().execute('SELECT 1'):\n            op.drop_table(it)",
    "rows": "op.bulk_insert(songs, [{'id': 1}])",
    "unpacked": "op.create_table('songs', *columns)",
}
HEAD = """from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
revision = 'a1'
down_revision = None


def upgrade():
    """


def written(text: str) -> str:
    return HEAD + textwrap.indent(textwrap.dedent(text).strip(), "    ").strip() + "\n"


def sent(text: str) -> str:
    """The SQL of Alembic's offline mode."""
    out = io.StringIO()
    options = {"as_sql": True, "output_buffer": out}
    context = MigrationContext.configure(dialect_name="postgresql", opts=options)
    with Operations.context(context):
        space: dict[str, object] = {}
        exec(compile(written(text), "x", "exec"), space)
        space["upgrade"]()
    return out.getvalue()


@pytest.mark.parametrize("text", READ.values(), ids=READ)
def test_an_operation_is_what_alembic_sends(text):
    found = FRAMEWORK.language.parse(written(text).encode()).effects

    assert not [it for it in found if isinstance(it, Opaque)]
    assert [replace(it, line=1) for it in found] == [
        replace(it, line=1) for it in parse_sql(sent(text))
    ]


@pytest.mark.parametrize("text", UNREAD.values(), ids=UNREAD)
def test_what_is_not_literal_is_opaque(text):
    found = FRAMEWORK.language.parse(written(text).encode()).effects

    assert found
    assert all(isinstance(it, Opaque) for it in found)
