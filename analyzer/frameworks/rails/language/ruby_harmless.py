"""What is skipped in silence: the one rule, and its tables.

A call whose code is not in the file may do anything to the database, so it is opaque. Only three
kinds of call are passed over: what a table below names, because it computes, shows or waits and
leaves the database alone; a question (``name?``); and a value that is read off a record or off
something unknown without a bang.
"""

import re
from collections.abc import Mapping


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CALLS = _words("""
    say announce puts p pp print warn write sleep rand srand format sprintf caller
    gets binding flush logger raise_on_migration_error freeze itself hash
    __method__ __FILE__ __LINE__ __dir__
    require require_relative require_dependency private public protected include extend
    attr_reader attr_writer attr_accessor delegate alias_method private_constant
    disable_ddl_transaction! disable_statement_timeout! disable_lock_timeout!
    set_lock_timeout set_statement_timeout begin_db_transaction commit_db_transaction
    stop_if_migration_pending! reset_column_information clear_cache! schema_cache reload_type_map
    set_trace_func
    name version direction verbose config method_name object_id inspect to_s class
    current_database current_schema schema_search_path columns indexes foreign_keys tables views
    data_sources check_constraints unique_constraints exclusion_constraints extensions enum_types
    primary_key primary_keys pk_and_sequence_for default_sequence_name serial_sequence
    postgresql_version database_version adapter_name native_database_types type_to_sql index_name
    sanitize_sql sanitize_sql_array sanitize_sql_for_conditions sanitize_sql_for_assignment
    unquote lookup_cast_type table_comment column_for foreign_key_for schema_names open_transactions
    Integer Float Rational BigDecimal Hash URI Pathname
    """)
_ANY: frozenset[str] = frozenset()  # every method of the constant
_CONSTANTS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(
        _words("""
        File Dir FileUtils Pathname Tempfile StringIO JSON YAML Psych CSV ENV Time Date DateTime
        Array Hash String Symbol Integer Float Rational BigDecimal Set Struct OpenStruct Range
        Regexp Random Math Comparable Enumerable Digest OpenSSL Zlib Base64 SecureRandom Benchmark
        Logger Gem ERB URI CGI Shellwords Ripper Etc Timeout Monitor Mutex Queue GC
        Exception StandardError RuntimeError ArgumentError NotImplementedError
        STDIN STDOUT STDERR I18n
        ActiveSupport ActiveRecord::Type ActiveModel::Type ActiveRecord::IrreversibleMigration
        ActiveRecord::Relation ActiveRecord::LogSubscriber Arel
        """),
        _ANY,
    ),
    "Kernel": _words("puts print p pp warn sleep rand format sprintf raise Integer Float binding"),
    "Process": _words("clock_gettime pid"),
    "Thread": _words("new current"),
    "Object": _words("const_defined? new"),
    "Class": _words("new"),
    "Module": _words("new"),
    "Proc": _words("new"),
    "Rails": _words("""
        logger env root cache version gem_version configuration application public_path
        backtrace_cleaner error groups autoloaders
        """),
}
_ON_UNKNOWN = _words("""
    abs round floor ceil min_by max_by delete_if keep_if delete_prefix delete_suffix encode scan
    match unpack pack to_time to_date deep_stringify_keys
    each each_pair each_with_index each_with_object each_slice each_cons each_entry each_key
    each_value each_line reverse_each map map! collect collect! flat_map filter_map select select!
    filter reject reject! find detect group_by index_by sort sort! sort_by sort_by! uniq uniq!
    compact compact! flatten flatten! reverse! reverse shuffle! zip inject reduce sum tally
    partition push pop shift unshift append prepend concat merge merge! reverse_merge!
    deep_merge! except slice store fetch dig compare_by_identity default
    clear keys values to_a to_h to_set to_s to_sym to_i to_json upcase! downcase! gsub gsub!
    sub sub! strip! squeeze! chomp! chop! tr! capitalize! freeze dup clone
    tap then yield_self itself
    times upto downto step first last count size length join split lines chars presence
    reset_column_information symbolize_keys! stringify_keys! transform_keys! transform_values!
    transform_values transform_keys deep_symbolize_keys! with_indifferent_access
    find_each find_in_batches in_batches in_groups_of each_record where order pluck includes joins
    quote quote_table_name quote_column_name
    """)
_OF_CLASSES = _words("to_s name inspect model_name arel_table human_attribute_name hash")
_SETTERS = _words("""
    verbose logger record_timestamps inheritance_column ignored_columns primary_key
    default_timezone locking_column store_full_sti_class partial_writes auditing_enabled
    """)
_FOREIGN = _words("""
    const_get constantize safe_constantize eval instance_eval instance_exec class_eval module_eval
    send public_send __send__
    """)
_CONSTANT_LIST = re.compile(r"[A-Z][A-Z0-9_]*")


def is_silent_call(name: str) -> bool:
    """Whether a call without a receiver, or to a connection, leaves the database alone."""
    return name in _CALLS or name.endswith("?")


def leads_elsewhere(name: str) -> bool:
    """Whether a method, even of Ruby's own values, may run or name whatever it is given."""
    return name in _FOREIGN


def is_silent_constant(path: str, name: str) -> bool:
    """Whether a method of a constant is Ruby's or Rails' own and leaves the database alone."""
    if name in _FOREIGN:
        return False
    if name in _OF_CLASSES or name.endswith("?"):
        return True
    parts = path.partition("[")[0].split("::")
    for length in range(len(parts), 0, -1):
        methods = _CONSTANTS.get("::".join(parts[:length]))
        if methods is not None:
            return methods is _ANY or (length == len(parts) and name in methods)
    return len(parts) == 1 and _CONSTANT_LIST.fullmatch(path) is not None and _is_plain(name)


def is_silent_on_unknown(name: str, *, is_used: bool) -> bool:
    """Whether a call to something unknown may be passed over; ``is_used``: its value is."""
    if name in _FOREIGN:
        return name.endswith("constantize") or name == "const_get"  # a class, not yet a call
    return _is_plain(name) or (is_used and not name.endswith("!"))


def _is_plain(name: str) -> bool:
    return name in _ON_UNKNOWN or name.endswith("?") or not name[:1].isalpha()


def is_silent_setter(name: str) -> bool:
    """Whether a setting of a class or of the migration changes only how it runs or logs."""
    return name in _SETTERS
