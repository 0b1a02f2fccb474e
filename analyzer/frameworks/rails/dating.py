"""Dates that Rails refuses: from 7.2 on none may lie beyond tomorrow, if the application says so.

Source: ActiveRecord::MigrationContext#valid_migration_timestamp? and
Rails::Application::Configuration#load_defaults, 7.2 to 8.1. The number is compared, whatever its
length, and a file that ran long ago is refused as well.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from analyzer.model.core.migration import MigrationFile

_FIRST = (7, 2)
_PLACES = (
    "config/application.rb",
    "config/environments/production.rb",
    "config/initializers/new_framework_defaults_7_2.rb",
)
_SETTING = re.compile(
    rb"""^[^#\n]*?(?:
        \bload_defaults[ (]+["']?(?P<defaults>\d+\.\d+)
        | \.(?P<name>validate_migration_timestamps|timestamped_migrations)\s*=\s*(?P<value>\w+)
    )""",
    re.MULTILINE | re.VERBOSE,
)


def beyond(files: Sequence[MigrationFile], now: datetime) -> Sequence[MigrationFile]:
    """The files dated a day from now or later."""
    moment = int((now.astimezone(UTC) + timedelta(days=1)).strftime("%Y%m%d%H%M%S"))
    return [file for file in files if int(file.version.text) >= moment]


def settings(root: str) -> Sequence[str]:
    """The application's settings, production's, and what an upgrade of Rails leaves behind."""
    return [f"{root}/{place}" if root else place for place in _PLACES]


def is_on(settings: Sequence[bytes]) -> bool:
    """The last word counts. What is no plain ``true`` or ``false`` is not certain."""
    validates, timestamped = False, True
    for content in settings:
        for found in _SETTING.finditer(content):
            if found["defaults"]:
                version = tuple(map(int, found["defaults"].split(b".")))
                validates = validates or version >= _FIRST
            elif found["name"] == b"timestamped_migrations":
                timestamped = found["value"] == b"true"
            else:
                validates = found["value"] == b"true"
    return validates and timestamped
