"""What a formatter changes in a program's text counts for nothing; all else counts."""

import pytest

from analyzer.frameworks.keyed.code_pieces import code_pieces
from analyzer.frameworks.keyed.facts import Script
from analyzer.frameworks.registry import framework

ALIKE = [
    (Script.JAVASCRIPT, "a('x', {b: 1})\nc()", 'a("x", {\n  b: 1,\n});\nc();'),
    (Script.JAVASCRIPT, "f(x=>x) // why", "f((x) => x);"),
    (Script.JAVASCRIPT, "q(`SELECT 1\n  FROM a`)", "q(`SELECT 1\n      FROM a`)"),
    (Script.PYTHON, "f('a',b='c',)", 'f("a", b="c")'),
    (Script.PYTHON, "x='''a'''", 'x="""a"""'),
    (Script.PYTHON, "x=['a',]; y=1", 'x=["a"]\ny=1'),
    (Script.PYTHON, "if x:\n  a()\n  b()", "if x:  # why\n        a()\n        b()"),
    (Script.PHP, "<?php f('a', [1,]);", '<?php f("a", [1]);'),
    (Script.RUBY, "f 'a', [1,]", 'f "a", [1]'),
]
OTHER = [
    (Script.JAVASCRIPT, "a\n(b)", "a;(b)"),  # the first one calls a
    (Script.JAVASCRIPT, "f(({x})=>x)", "f(({y})=>x)"),
    (Script.JAVASCRIPT, "f((x,y)=>x)", "f(x,y=>x)"),
    (Script.JAVASCRIPT, "[1,,]", "[1,]"),
    (Script.JAVASCRIPT, "s='a b'", "s='a  b'"),
    (Script.JAVASCRIPT, "s=`a'`", 's=`a"`'),
    (Script.JAVASCRIPT, "s='a\"b'", 's="a\'b"'),
    (Script.PYTHON, "if x:\n  a()\nb()", "if x:\n  a()\n  b()"),
    (Script.PYTHON, "def f():\n  def g(): a()\n  b()", "def f():\n  def g():\n    a()\n    b()"),
    (Script.PYTHON, 'x="""-- a\nDELETE"""', 'x="""-- a DELETE"""'),
    (Script.JAVASCRIPT, "q(`a ('b\nc')`)", "q(`a ('b c')`)"),
    (Script.PYTHON, "x=(1,)", "x=(1)"),
    (Script.PYTHON, "x=r'a'", "x='a'"),
    (Script.PYTHON, "x=f'{a}'", "x='{a}'"),
    (Script.PHP, "<?php f('\\n');", '<?php f("\\n");'),
    (Script.PHP, "<?php f('$a');", '<?php f("$a");'),
    (Script.RUBY, "f '#{a}'", 'f "#{a}"'),
    (Script.RUBY, "f '\\n'", 'f "\\n"'),
]


def pieces(script: Script, text: str) -> list[str]:
    return list(code_pieces(script, text.encode()))


@pytest.mark.parametrize(("script", "one", "other"), ALIKE)
def test_what_a_formatter_settles_is_no_difference(script, one, other):
    assert pieces(script, one) == pieces(script, other)


@pytest.mark.parametrize(("script", "one", "other"), OTHER)
def test_what_means_another_thing_is_one(script, one, other):
    assert pieces(script, one) != pieces(script, other)


def test_a_migration_that_a_formatter_went_over_is_the_same_code():
    before = b"""module.exports = {
  up: async (queryInterface, Sequelize) => {
    await queryInterface.addColumn('teams', 'embeds', { type: Sequelize.BOOLEAN })
  }
}"""
    after = b"""module.exports = {
  up: async (queryInterface, Sequelize) => {
    await queryInterface.addColumn("teams", "embeds", {
      type: Sequelize.BOOLEAN,
    });
  },
};
"""
    same_code = framework("sequelize").language.same_code
    assert same_code(before, after)
    assert not same_code(before, after.replace(b"BOOLEAN", b"INTEGER"))
