"""Whether an application's settings forbid migrations that are dated after tomorrow."""

import pytest

from analyzer.frameworks.rails import dating

ON, OFF = "config.load_defaults 7.2\n", "config.load_defaults 7.1\n"
SETS = "Rails.application.config.active_record.validate_migration_timestamps = {}\n"


@pytest.mark.parametrize(
    ("texts", "on"),
    [
        ((), False),
        ((ON,), True),
        (("  config.load_defaults(8.0)\n",), True),
        (('config.load_defaults "8.1"\n',), True),
        ((OFF,), False),
        (("# config.load_defaults 7.2\n",), False),
        ((OFF, SETS.format("true")), True),
        ((OFF, f"# {SETS.format('true')}"), False),
        ((ON, SETS.format("false")), False),
        ((ON, SETS.format("ENV['X'] == '1'")), False),  # not certain
        ((ON, "config.active_record.timestamped_migrations = false\n"), False),
    ],
)
def test_the_last_word_counts_and_comments_do_not(texts, on):
    assert dating.is_on([text.encode() for text in texts]) is on


def test_the_settings_are_those_of_the_application_that_the_folder_belongs_to():
    assert dating.settings("archive")[0] == "archive/config/application.rb"
    assert dating.settings("")[0] == "config/application.rb"
