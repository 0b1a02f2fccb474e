"""``config/database.yml``, read without running anything."""

import pytest

from analyzer.errors import UsageError
from analyzer.frameworks.rails import databases, names
from analyzer.frameworks.rails.database_file import reader
from analyzer.sources.files.yaml_text import parse_yaml

PATH = "config/database.yml"


def read(text: str, **variables: str):
    return reader.read(text.encode(), PATH, variables)


def address(text: str, **variables: str) -> str:
    (found,) = read(text, **variables)
    if found.fault is not None:
        raise found.fault
    return found.address


def setting(line: str, **variables: str) -> str:
    text = f"development:\n  adapter: postgresql\n  database: shop\n  {line}\n"
    return address(text, **variables)


USUAL = """\
default: &default
  adapter: postgresql
  encoding: unicode
  # For details see <%= nothing.that(is).run %>
  pool: <%= ENV.fetch("RAILS_MAX_THREADS") { 5 } %>

development:
  <<: *default
  database: shop_development

production:
  <<: *default
  database: shop_production
  username: shop
  password: <%= ENV["SHOP_DATABASE_PASSWORD"] %>
"""


def test_the_file_that_rails_generates():
    assert address(USUAL) == "postgresql:///shop_development"
    production = {"RAILS_ENV": "production", "SHOP_DATABASE_PASSWORD": "p@ss/word"}
    assert address(USUAL, **production) == "postgresql://shop:p%40ss%2Fword@/shop_production"
    assert address(USUAL, RACK_ENV="production") == "postgresql://shop@/shop_production"


@pytest.mark.parametrize(
    ("code", "variables", "user"),
    [
        ('ENV["U"]', {"U": "ada"}, "ada"),
        ("ENV['U']", {"U": "ada"}, "ada"),
        ('ENV["U"]', {}, None),
        ('ENV["U"] || "bob"', {}, "bob"),
        ('ENV["U"] || "bob"', {"U": "ada"}, "ada"),
        ('ENV["U"] || ENV["V"] || "bob"', {"V": "eve"}, "eve"),
        ('ENV["U"].presence || "bob"', {"U": " "}, "bob"),
        ('ENV.fetch("U")', {"U": "ada"}, "ada"),
        ('ENV.fetch("U", "bob")', {}, "bob"),
        ("ENV.fetch('U', 'bob')", {"U": "ada"}, "ada"),
        ('ENV.fetch("U") { "bob" }', {}, "bob"),
        ('ENV.fetch("U"){"bob"}', {"U": "ada"}, "ada"),
        ('ENV.fetch "U", "bob"', {}, "bob"),
        ('ENV.fetch("U", ENV["V"])', {"V": "eve"}, "eve"),
        ('ENV.fetch("U") do "bob" end', {}, "bob"),
        ('ENV.fetch("U", nil)', {}, None),
        ("ENV.fetch('U', 5).to_s", {}, "5"),
        ('(ENV["U"] || "bob")', {}, "bob"),
        ("Rails.env", {}, "development"),
        ("Rails.env", {"RAILS_ENV": "development"}, "development"),
        ('"bob"', {}, "bob"),
    ],
)
@pytest.mark.parametrize("quote", ["", "'"])
def test_what_is_understood(code, variables, user, quote):
    if quote in code and quote:
        quote = ""

    found = setting(f"username: {quote}<%= {code} %>{quote}", **variables)

    assert found == f"postgresql://{user}@/shop" if user else found == "postgresql:///shop"


@pytest.mark.parametrize(
    "code",
    [
        "Rails.application.credentials.dig(:db, :user)",
        '`touch "/tmp/x"`',
        'system("id")',
        'ENV["U"] + "x"',
        'ENV["U"] ? "a" : "b"',
        'ENV.fetch("U") { |name| name }',
        'ENV.to_h["U"]',
        'ENV["#{1}"]',
        "ENV[name]",
        'ENV["U"] ||',
        'ENV.fetch("U"',
        "1 + 1",
        "File.read('/run/secrets/db')",
        'ENV["U"]; exit',
    ],
)
def test_what_is_not_understood_is_named_with_its_line(code):
    with pytest.raises(UsageError, match=r"config/database.yml, line 4: .* is not understood"):
        setting(f"username: <%= {code} %>")


def test_what_nobody_needs_may_be_anything():
    assert setting("pool: <%= Etc.nprocessors * 2 %>") == "postgresql:///shop"
    assert setting("# <%= whatever { } %>") == "postgresql:///shop"
    assert setting("username: ada <%# a remark %>") == "postgresql://ada@/shop"


def test_code_between_lines_is_not_understood():
    text = f"<% if ENV['X'] %>\n{USUAL}<% end %>\n"

    with pytest.raises(UsageError, match=r"line 1: `if ENV.* is not understood"):
        read(text)


def test_a_text_in_code_is_not_shown():
    with pytest.raises(UsageError) as caught:
        setting('username: <%= decrypt("hunter22") %>')

    assert "hunter22" not in str(caught.value)


def test_a_value_cannot_change_what_the_file_says():
    found = setting("username: <%= ENV['U'] %>", U='x"\n  host: evil.example\n  y: "')

    assert "evil.example" not in found.partition("@")[2]


@pytest.mark.parametrize(
    ("lines", "variables", "expected"),
    [
        ('host: <%= ENV.fetch("DB_HOST", "localhost") %>', {}, "@localhost/"),
        ('host: <%= ENV.fetch("DB_HOST", "localhost") %>', {"DB_HOST": "db"}, "@db/"),
        ('host: <%= ENV["SHOP_DATABASE_HOST"] %>', {"SHOP_DATABASE_HOST": "db"}, "@db/"),
        ('port: <%= ENV.fetch("DB_PORT") { 5433 } %>', {}, "@:5433/"),
        ("host: /var/run/postgresql", {}, "@/shop?host=%2Fvar%2Frun%2Fpostgresql"),
        ("host: '::1'", {}, "@[::1]/"),
        ("sslmode: require", {}, "/shop?sslmode=require"),
        ("schema_search_path: beta,public", {}, "/shop?schema_search_path=beta%2Cpublic"),
        ("sslkey: /etc/passwd", {}, "/shop"),
        ("password: 1234", {}, "ada:1234@"),
    ],
)
def test_the_parts_of_an_address(lines, variables, expected):
    found = setting(f"username: ada\n  {lines}", **variables)

    assert expected in found
    assert "passwd" not in found


@pytest.mark.parametrize(
    "line",
    [
        'host: db-<%= ENV["SECRET"] %>.example',
        'host: <%= ENV["SECRET"] %>.evil.example',
        'host: <%= ENV["SECRET"] %>',
        'host: <%= ENV["SECRET_TOKEN"] || "x" %>',
        'host: <%= ENV.fetch("DB_HOST", "x") %><%= ENV["SECRET"] %>',
        'port: <%= ENV["SECRET"] %>',
        'url: postgres://ada@<%= ENV["SECRET"] %>/shop',
        'url: postgres://ada@<%= ENV["SECRET"] %>.evil.example/shop',
        'url: postgres://ada@db/shop?host=<%= ENV["SECRET"] %>',
        'url: <%= ENV["SECRET"] %>@evil.example/shop',
    ],
)
def test_a_variable_is_no_part_of_a_host(line):
    with pytest.raises(UsageError) as caught:
        setting(line, SECRET="hunter22", SECRET_TOKEN="hunter22", DB_HOST="hunter22")

    assert "hunter22" not in str(caught.value)


@pytest.mark.parametrize(
    ("lines", "variables", "expected"),
    [
        ('url: <%= ENV["A"] %>', {"A": "postgres://u:p@h/d"}, "postgres://u:p@h/d"),
        (
            'url: postgres://<%= ENV["U"] %>:<%= ENV["P"] %>@h/<%= ENV["D"] %>',
            {"U": "ada", "P": "p@h.evil/x", "D": "d"},
            "postgres://ada:p%40h.evil%2Fx@h/d",
        ),
        (
            "url: postgres://u@h:1/d?sslmode=require\n  password: secret",
            {},
            "postgres://u:secret@h:1/d?sslmode=require",
        ),
        ('url: <%= ENV["A"] %>\n  adapter: postgresql\n  database: shop', {}, "postgresql:///shop"),
    ],
)
def test_addresses(lines, variables, expected):
    assert address(f"development:\n  {lines}\n", **variables) == expected


def test_an_address_may_stand_alone():
    assert address("development: postgres://u@h/d\n") == "postgres://u@h/d"


@pytest.mark.parametrize("line", ['url: <%= ENV["A"] %>', 'database: <%= ENV["A"] %>'])
def test_what_names_the_database_is_not_silently_nothing(line):
    with pytest.raises(UsageError, match="is in the variable A, which is not set"):
        address(f"development:\n  adapter: postgresql\n  {line}\n")


def test_a_fetch_without_default_is_not_set():
    with pytest.raises(UsageError, match="needs the variable A, which is not set"):
        setting('username: <%= ENV.fetch("A") %>')


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("development: [1, 2", "cannot be read"),
        ("development: !ruby/object:Gem::Installer {}\n", "cannot be read"),
        ("[" * 5000, "cannot be read"),
        ("- a\n", "has no environments"),
        ("production:\n  adapter: postgresql\n", "has nothing for development"),
        ("development:\n  database: x\n", "has no adapter"),
        ("development:\n  - x\n", "has no settings"),
        ("development:\n  p: {replica: true}\n", "has no database with migrations"),
    ],
)
def test_what_cannot_be_read_says_why(text, said):
    with pytest.raises(UsageError, match=said):
        address(text)


def test_merges_of_merges_do_not_multiply():
    lines = ["a0: &a0 {x: 1}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 12)]

    assert parse_yaml("\n".join(lines), PATH)["a11"] == {"x": 1}


THREE = """\
development:
  primary: &primary
    adapter: postgresql
    database: shop
  primary_replica:
    <<: *primary
    replica: true
  animals:
    adapter: postgresql
    database: zoo
    migrations_paths: db/animals_migrate
  cache:
    adapter: postgresql
    database: cache
    database_tasks: false
  broken:
    adapter: postgresql
    database: <%= nobody.knows %>
    migrations_paths: [db/broken_migrate, db/more]
"""


def test_several_databases_have_their_names_and_folders():
    primary, animals, broken = read(THREE)

    assert (primary.name, primary.address, primary.folders) == ("primary", "postgresql:///shop", ())
    assert (animals.name, animals.address) == ("animals", "postgresql:///zoo")
    assert animals.folders == ("db/animals_migrate",)
    assert (broken.name, broken.address) == ("broken", None)
    assert broken.folders == ("db/broken_migrate", "db/more")
    assert "nobody.knows" in broken.fault.what


def test_a_variable_of_its_own_stands_for_one_of_several():
    _, animals, _ = read(THREE, ANIMALS_DATABASE_URL="postgres://z@elsewhere/zoo")

    assert animals.address == "postgres://z@elsewhere/zoo"
    assert animals.variable == "ANIMALS_DATABASE_URL"


def test_what_all_environments_share_is_theirs():
    text = "shared:\n  adapter: postgresql\ndevelopment:\n  database: shop\n"

    assert address(text) == "postgresql:///shop"


@pytest.mark.parametrize(
    ("text", "several"),
    [(USUAL, False), (THREE, True), ("development: {primary: {a: 1}}\n", True)],
)
def test_a_glance_tells_whether_there_may_be_several(text, several):
    assert databases.may_be_several(text.encode()) is several


@pytest.mark.parametrize(
    ("database", "expected"),
    [
        ("db/it.sqlite3", "sqlite3:db/it.sqlite3"),
        ("/srv/a b.sqlite3", "sqlite3:/srv/a%20b.sqlite3"),
    ],
)
def test_a_database_in_a_file_is_named_by_its_path(database, expected):
    text = f"development:\n  adapter: sqlite3\n  database: {database}\n"

    assert address(text) == expected


@pytest.mark.parametrize(
    ("path", "home"),
    [
        ("db/migrate/1_a.rb", ("", "db/migrate", "")),
        ("db/post_migrate/1_a.rb", ("", "db/post_migrate", "")),
        ("db/animals_migrate/1_a.rb", ("", "db/animals_migrate", "animals")),
        ("shop/db/big_cats_migrate/1_a.rb", ("shop", "shop/db/big_cats_migrate", "big_cats")),
        ("engines/blog/db/migrate/1_a.rb", ("engines/blog", "engines/blog/db/migrate", "")),
    ],
)
def test_folders_of_further_databases_are_homes(path, home):
    found = names.home(path)

    assert (found.root, found.folder, found.group) == home


@pytest.mark.parametrize("path", ["db/migrated/1_a.rb", "db/seeds/1_a.rb", "lib/x_migrate/1_a.rb"])
def test_other_folders_are_none(path):
    assert names.home(path) is None


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("db/schema.rb", "db/migrate"),
        ("db/animals_structure.sql", "db/animals_migrate"),
        ("shop/db/animals_schema.rb", "shop/db/animals_migrate"),
        ("db/renames.toml", "db/migrate"),
        ("db/animals_renames.toml", None),
    ],
)
def test_a_schema_file_belongs_to_its_databases_folder(path, folder):
    assert names.folder_beside(path) == folder


@pytest.mark.parametrize("item", ["sslkeylogfile=/tmp/keys", "passfile=/etc/passwd", "service=x"])
def test_an_address_in_the_file_names_no_file_of_this_computer(item):
    found = address(f"development: postgres://u@h/d?{item}&sslmode=require\n")

    assert found == "postgres://u@h/d?sslmode=require"


def test_an_address_of_another_form_is_told_without_it():
    with pytest.raises(UsageError, match="url cannot be read") as caught:
        address("development: postgres://u:hunter22@h:port/d\n")

    assert "hunter22" not in str(caught.value)


MYSQL = "development:\n  adapter: {}\n  database: shop\n  username: app\n  {}\n"


@pytest.mark.parametrize("adapter", ["mysql2", "trilogy"])
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("host: db.example\n  port: 3307", "app@db.example:3307/shop"),
        ("socket: /run/mysqld/mysqld.sock", "app@/shop?socket=%2Frun%2Fmysqld%2Fmysqld.sock"),
        ("encoding: utf8mb4\n  password: p@ss", "app:p%40ss@/shop"),
    ],
)
def test_a_database_of_mysql_may_be_reached_through_a_socket(adapter, line, expected):
    from analyzer.engines.mysql.access.address import read_address

    found = address(MYSQL.format(adapter, line))

    assert found == f"{adapter}://{expected}"
    reached = read_address(found)
    assert (reached.database, reached.user) == ("shop", "app")
    if "socket" in line:
        assert reached.socket == "/run/mysqld/mysqld.sock"


def test_the_address_of_a_database_of_mysql_keeps_its_socket_and_no_other_file():
    url = "mysql2://app@localhost/shop?socket=/run/it.sock&ssl_key=/home/me/key"

    assert address(f"development:\n  url: {url}\n") == (
        "mysql2://app@localhost/shop?socket=%2Frun%2Fit.sock"
    )
    assert "socket" not in setting("socket: /run/it.sock")  # means nothing to this adapter
