"""``config/database.yml`` as the real Rails runs it, beside what is read of it without that."""

import json
import os
import subprocess
from urllib.parse import unquote, urlsplit

import pytest

from analyzer.frameworks.rails import databases
from analyzer.frameworks.rails.database_file import reader
from tests.support.frameworks.rails import demand_rails
from tests.support.frameworks.rails_in_use import ruby

pytestmark = pytest.mark.rails

ASK = """
require "rails"
require "active_record/railtie"
require "active_record/database_configurations"
module Asked; class Application < Rails::Application; end; end
found = Rails.application.config.database_configuration
configs = ActiveRecord::DatabaseConfigurations.new(found).configs_for(env_name: Rails.env)
puts JSON.dump(configs.map { |it| [it.name, it.migrations_paths, it.configuration_hash] })
"""
ONE = """\
shared:
  encoding: unicode
default: &default
  adapter: postgresql
  host: <%= ENV.fetch("DB_HOST") { "localhost" } %>
  port: <%= ENV.fetch("DB_PORT", 5432) %>
  pool: <%= ENV.fetch("RAILS_MAX_THREADS") { 5 } %>
development:
  <<: *default
  database: shop_<%= Rails.env %>
  username: <%= ENV["DB_USER"] || 'ada' %>
  password: <%= ENV['DB_PASSWORD'] %>
production:
  <<: *default
  url: <%= ENV["SHOP_URL"] %>
  database: shop
  sslmode: require
"""
SEVERAL = """\
development:
  primary: &it
    adapter: postgresql
    database: shop
  replica:
    <<: *it
    replica: true
  animals:
    adapter: postgresql
    url: postgres://zoo:<%= ENV["ZOO_PASSWORD"] %>@zoo.example:5433/zoo
    migrations_paths: db/animals_migrate
  birds:
    <<: *it
    database: birds
    migrations_paths: [db/birds_migrate, db/more]
"""
CASES = {
    "plain": (ONE, {}),
    "variables": (ONE, {"DB_HOST": "db", "DB_PORT": "1", "DB_USER": "eve", "DB_PASSWORD": "a%/@b"}),
    "production": (ONE, {"RAILS_ENV": "production"}),
    "an address": (
        ONE,
        {"RAILS_ENV": "production", "SHOP_URL": "postgres://u:p@h:1/d?sslmode=prefer"},
    ),
    "several": (SEVERAL, {"ZOO_PASSWORD": "secret"}),
    "a variable of its own": (SEVERAL, {"BIRDS_DATABASE_URL": "postgres://b@birds.example/b"}),
}


def of_rails(text: str, variables: dict[str, str], folder) -> list:
    (folder / "config").mkdir()
    (folder / "config" / "database.yml").write_text(text)
    done = subprocess.run(
        [*ruby(), "-e", ASK],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(folder), **variables},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def parts(address: str) -> dict[str, str | None]:
    url = urlsplit(address)
    return {
        "host": url.hostname,
        "port": str(url.port) if url.port else None,
        "username": unquote(url.username) if url.username else None,
        "password": unquote(url.password) if url.password else None,
        "database": unquote(url.path.removeprefix("/")),
    }


@pytest.mark.parametrize("name", CASES)
def test_rails_takes_the_same_databases(name, tmp_path):
    demand_rails()
    text, variables = CASES[name]

    found = reader.read(text.encode(), databases.usual, variables)

    told = of_rails(text, variables, tmp_path)
    assert [it.name or "primary" for it in found] == [name for name, _, _ in told]
    for ours, (_, folders, settings) in zip(found, told, strict=True):
        theirs = {key: settings.get(key) for key in parts(ours.address)}
        assert parts(ours.address) == {
            key: None if value is None else str(value) for key, value in theirs.items()
        }
        assert settings["adapter"] == "postgresql"
        assert list(ours.folders) == ([folders] if isinstance(folders, str) else folders or [])
        if settings.get("sslmode"):
            assert f"sslmode={settings['sslmode']}" in ours.address
