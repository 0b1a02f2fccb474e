"""Calls to constants: Active Record's own, the file's classes, models, and what lies elsewhere."""

import re
from collections.abc import Callable, Mapping

from tree_sitter import Node

from analyzer.frameworks.rails.language.models import ruby_models
from analyzer.frameworks.rails.language.models.ruby_rows import on_rows
from analyzer.frameworks.rails.language.models.ruby_written import Args
from analyzer.frameworks.rails.language.ruby_directions import run_migration
from analyzer.frameworks.rails.language.ruby_harmless import is_silent_constant
from analyzer.frameworks.rails.language.ruby_own import own_call
from analyzer.parsing.ruby.ruby_blocks import block_of, invoke, once
from analyzer.parsing.ruby.ruby_value import Constant, Model, Myself, Procedure, Settings, Value
from analyzer.parsing.ruby.ruby_walk import MethodWalk, RubyClass

_CONNECTIONS = frozenset(
    """
    connection lease_connection connection_pool new establish_connection connected_to connects_to
    """.split()  # noqa: SIM905  words read better without quotes
)
_BASES = frozenset({"ActiveRecord::Base", "ApplicationRecord", "ActiveRecord::Migration"})
_LIBRARY = re.compile(
    r"(::)?(Rails|ActiveRecord|ActiveSupport|ActiveStorage|ActionText|File|FileUtils|Dir|JSON|YAML|CSV|ENV|"
    r"Time|Date|DateTime|Kernel|Process|Hash|Array|String|Integer|Float|Set|Struct|Class|Module|"
    r"Object|Proc|Regexp|Logger|Digest|OpenSSL|Zlib|Base64|SecureRandom|Benchmark|Arel|I18n|URI|"
    r"Net|Pathname|Psych|Marshal|Rake|Redis|Sidekiq|ObjectSpace|GC|Thread|Mutex|Concurrent|"
    r"ERB|Nokogiri|Faraday|RestClient|HTTParty|Aws|Gem|RUBY_VERSION|StringIO|Tempfile|Comparable|"
    r"Enumerable|Math|Random|Range|Symbol|Exception|StandardError|Parallel|Money|BigDecimal|"
    r"ProgressBar|PG|Mysql2|SQLite3|Sequel|Mongoid|Elasticsearch|Searchkick|Paperclip|Doorkeeper)"
    r"(::.*)?"
)
_OF_ACTIVE_STORAGE = re.compile(r"(ActiveStorage|ActionText|Doorkeeper)::[A-Z][A-Za-z]+")
_NO_MODEL = re.compile(
    r".*(Job|Worker|Service|Helper|Mailer|Migrator|Migration|Error|Importer|Seeder|Builder)"
)


def on_constant(walk: MethodWalk, node: Node, value: Constant, name: str, given: Args) -> Value:  # noqa: PLR0911  one line a kind
    """A call to a constant that is not one of the file's models."""
    path, name = value.path, ruby_models.finder(name)
    special = _SPECIAL.get((path.partition("[")[0], name))
    if special is not None:
        return special(walk, node, given)
    if path.partition("[")[0] in _BASES or name in {"connection", "lease_connection"}:
        return _on_base(walk, node, name, given)
    defined = walk.classes.get(path)
    if defined is not None:
        method = defined.singletons.get(name) or defined.methods.get(name)
        if method is not None:
            return invoke(walk, method, *given, block_of(walk, node))
        return _inherited(walk, node, value, defined, name)
    if _could_be_model(path) and (name in ruby_models.MODEL_METHODS or _builds_a_row(name, given)):
        return _as_model(walk, node, value, name, given)
    if name in {"up", "down", "migrate"}:
        run_migration(walk, node, value, up=name != "down" and "down" not in given[0])
        return None
    return _elsewhere(walk, node, path, name)


def _inherited(
    walk: MethodWalk, node: Node, value: Constant, defined: RubyClass, name: str
) -> Value:
    """A method that a class of the file does not define itself."""
    if name in {"new", "instance", "class"}:
        return value
    is_reader = defined.superclass is None and not walk.stands_alone(node)
    return walk.unknown(node) if is_reader else _elsewhere(walk, node, value.path, name)


def _on_base(walk: MethodWalk, node: Node, name: str, given: Args) -> Value:
    if name in {"establish_connection", "connected_to", "connects_to"}:
        walk.opaque(node, "what follows may go to another database")
    if name in _CONNECTIONS:
        block = block_of(walk, node)
        return once(walk, block, [Myself()]) if block is not None else Myself()
    return own_call(walk, node, name, *given)


def _builds_a_row(name: str, given: Args) -> bool:
    """Whether ``new`` is given what a model takes: nothing, or a hash."""
    return name == "new" and all(isinstance(arg, dict) for arg in given[0])


def as_model(walk: MethodWalk, value: Constant, name: str) -> Value:
    """The model that a constant is if it answers to a method of models; else the constant."""
    known = value.path in walk.classes or not _could_be_model(value.path)
    if known or name not in ruby_models.MODEL_METHODS:
        return value
    return ruby_models.guess_model(value.path)


def _as_model(walk: MethodWalk, node: Node, value: Constant, name: str, given: Args) -> Value:
    model = ruby_models.guess_model(value.path)
    return on_rows(walk, node, model, name, given)


def _could_be_model(path: str) -> bool:
    if _OF_ACTIVE_STORAGE.fullmatch(path) or path == "Delayed::Job":
        return True
    if _LIBRARY.fullmatch(path) or _NO_MODEL.fullmatch(path):
        return False
    return not path.isupper()  # STDOUT, a constant list


def _elsewhere(walk: MethodWalk, node: Node, path: str, name: str) -> Value:
    silent = is_silent_constant(path, name)
    if not silent:
        walk.opaque(_chain(node), f"{path}.{name} is code outside the file")
    block = block_of(walk, node)
    once(walk, block, [walk.unknown(node, plain=silent)] if block is not None else [])
    return walk.unknown(node, plain=silent and not (block is not None and name == "new"))


def _chain(node: Node) -> Node:
    """The whole chain of calls that begins with this one, for a reader to see."""
    while (above := node.parent) is not None and above.type == "call":
        if above.child_by_field_name("receiver") != node or above.start_point != node.start_point:
            break
        node = above
    return node


# Constants with a meaning of their own


def _sql(walk: MethodWalk, node: Node, given: Args) -> Value:
    return given[0][0] if given[0] else walk.unknown(node)


def _set(walk: MethodWalk, node: Node, given: Args) -> Value:
    value = given[0][0] if given[0] else []
    return list(value) if isinstance(value, list) else walk.unknown(node, plain=True)


def _model_class(walk: MethodWalk, node: Node, given: Args) -> Value:
    base = given[0][0] if given[0] else None
    if not (isinstance(base, Constant) and base.path in _BASES):
        return walk.unknown(node)
    block = block_of(walk, node)
    table = _declared_table(walk, block) if block is not None else None
    return Model("", table, sure=True) if table is not None else walk.unknown(node)


def _declared_table(walk: MethodWalk, block: Procedure) -> str | None:
    for child in () if block.body is None else block.body.named_children:
        left, right = child.child_by_field_name("left"), child.child_by_field_name("right")
        if left is not None and walk.file.text(left) == "self.table_name":
            value = walk.evaluate(right)
            return str(value) if isinstance(value, str) else None
    return None


def _schema(walk: MethodWalk, node: Node, given: Args) -> Value:
    return own_call(walk, node, "define", *given)


def _gem_version(walk: MethodWalk, node: Node, given: Args) -> Value:
    return given[0][0] if given[0] else walk.unknown(node)


def _newest(_walk: MethodWalk, _node: Node, _given: Args) -> Value:
    return "8.1.0"


def _settings(_walk: MethodWalk, _node: Node, _given: Args) -> Value:
    return Settings()


_SPECIAL: Mapping[tuple[str, str], Callable[[MethodWalk, Node, Args], Value]] = {
    ("Arel", "sql"): _sql,
    ("Arel::Nodes::SqlLiteral", "new"): _sql,
    ("Class", "new"): _model_class,
    ("Set", "new"): _set,
    ("ActiveRecord::Schema", "define"): _schema,
    ("ActiveRecord::Schema", "[]"): _schema,
    ("Gem::Version", "new"): _gem_version,
    ("Rails", "configuration"): _settings,
    ("Rails", "application"): _settings,
    ("Rails", "version"): _newest,
    ("Rails", "gem_version"): _newest,
    ("ActiveRecord", "version"): _newest,
    ("ActiveRecord", "gem_version"): _newest,
}
