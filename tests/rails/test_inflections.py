"""Plurals, singulars and cases as the real Active Support makes them, an application's own too."""

import json
import subprocess

import pytest

from analyzer.frameworks.rails.language.own_inflections import read_inflections
from analyzer.parsing.ruby import inflection
from tests.support.frameworks.rails import demand_rails
from tests.support.frameworks.rails_in_use import ruby

pytestmark = pytest.mark.rails

ASK = """
require "active_support"
require "active_support/core_ext/string/inflections"
require "json"
words, rules = JSON.parse(STDIN.read)
puts JSON.dump(rules.map do |text|
  IO.popen("-") do |child|  # a process of its own: rules are never forgotten
    next JSON.parse(child.read) if child
    eval(text)
    ways = [:pluralize, :singularize, :classify, :tableize, :underscore]
    puts JSON.dump(words.map { |word| ways.map { |way| word.send(way) } })
  end
end)
"""
ON = "ActiveSupport::Inflector.inflections(:en) do |inflect|\n  {}\nend\n"
RULES = {
    "none": "# ActiveSupport::Inflector.inflections(:en) { |inflect| inflect.acronym 'API' }\n",
    "a word without a plural": ON.format("inflect.uncountable %w[faculty staff_feedback]"),
    "a list over lines": ON.format("inflect.uncountable([\n    'faculty',\n    \"staff\"\n  ])"),
    "one by one": ON.format("inflect.uncountable 'faculty', 'staff'"),
    "irregular": ON.format("inflect.irregular 'criterion', 'criteria'"),
    "another first letter": ON.format("inflect.irregular('is', 'are')"),
    "the last word counts": ON.format(
        "inflect.plural 'quota', 'quotas'\n  inflect.plural(/quota$/i, 'quotae') # Latin"
    ),
    "groups": ON.replace("|inflect|", "|it|").format(r"it.plural(/^(.*)([Tt])axon$/i, '\1\2axa')"),
    "between double quotes": ON.format(r'inflect.singular(/(tax)a\z/, "\\1on")'),
    "a plural for what had none": ON.format("inflect.irregular 'fish', 'fishes'"),
    "acronyms": ON.format("inflect.acronym 'OAuth'\n  inflect.acronym 'API'"),
    "without a block": "ActiveSupport::Inflector.inflections.irregular 'leaf', 'leafs'\n",
}
WORDS = """
faculty my_faculty staff staff_feedback criterion evaluation_criteria is quota disk_quota taxon
super_taxa fish blue_fish Fish leaf clover_leaves OAuthToken APIKey MyAPI APIs order_money
user_information person salesperson status red_ox field_mice Is
""".split()  # noqa: SIM905  words read better without quotes


@pytest.fixture(scope="module")
def of_rails():
    demand_rails()
    done = subprocess.run(
        [*ruby(), "-e", ASK],
        input=json.dumps([WORDS, [*RULES.values()]]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(zip(RULES, json.loads(done.stdout), strict=True))


@pytest.fixture
def settled():
    yield inflection.settle
    inflection.settle(inflection.USUAL)


@pytest.mark.parametrize("kind", RULES)
def test_words_change_as_in_rails(kind, of_rails, settled):
    settled(read_inflections([RULES[kind].encode()]))

    asked = (
        inflection.pluralize,
        inflection.singularize,
        inflection.classify,
        inflection.tableize,
        inflection.underscore,
    )
    ours = {word: [ask(word) for ask in asked] for word in WORDS}
    assert ours == dict(zip(WORDS, of_rails[kind], strict=True))
