"""The one reader of the configuration: what it takes, and what it refuses and why."""

import pytest

from analyzer.errors import UsageError
from analyzer.model.core.environments import ConfiguredEnvironment
from analyzer.sources.config.settings import TeamSettings, read_settings
from analyzer.sources.config.variables import expand_address, holds_password

ENVIRONMENTS = """
[environments.production]
url = "$PRODUCTION_URL"
deployed = "v2.3"
[environments.box]
exec = "docker compose exec -T db"
[environments.staging]
rows = "ops/staging-rows.txt"
[environments.tenants]
url = "$PRODUCTION_URL"
each-schema = "tenant_*"
"""


def read(text: str, name: str = ".migdoctor.toml") -> TeamSettings:
    return read_settings({name: text.encode()}.get, lambda: ["MD304"])


def test_environments_are_read_in_the_order_of_the_file():
    assert read(ENVIRONMENTS).environments == (
        ConfiguredEnvironment("production", "$PRODUCTION_URL", deployed="v2.3"),
        ConfiguredEnvironment("box", exec_prefix=("docker", "compose", "exec", "-T", "db")),
        ConfiguredEnvironment("staging", rows="ops/staging-rows.txt"),
        ConfiguredEnvironment("tenants", "$PRODUCTION_URL", each_schema="tenant_*"),
    )


def test_pyproject_has_them_below_the_tool():
    text = '[tool.migdoctor.environments.staging]\nrows = "rows.txt"\n'

    settings = read(text, "pyproject.toml")

    assert [one.name for one in settings.environments] == ["staging"]
    assert settings.path == "pyproject.toml"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[environment.production]\nurl = "x"', "did you mean 'environments'"),
        ('[environments.production]\nuri = "x"', "did you mean 'url'"),
        ('[environments.p]\nurl = "x"\neach_schema = "t*"', "did you mean 'each-schema'"),
        ('[environments.p]\ndeployed = "v1"', "neither url nor exec nor rows"),
        ('[environments.p]\nurl = "x"\nrows = "y"', "a file of rows and a database"),
        ('[environments.p]\nrows = "y"\neach-schema = "t*"', "a pattern and a file of rows"),
        ("[environments.p]\nurl = 5432", "environments.p.url has a value of the wrong kind"),
        ('[environments.p]\nurl = " "', "environments.p.url has a value of the wrong kind"),
        ('environments = ["p"]', "environments has a value of the wrong kind"),
        ('[environments]\np = "x"', "environments.p has a value of the wrong kind"),
        ('[environments."../p"]\nurl = "x"', "cannot be the name of an environment"),
        ('[environments."a=b"]\nurl = "x"', "cannot be the name of an environment"),
        ('[environments.p]\nexec = "docker exec \'db"', "environments.p.exec cannot be read"),
    ],
)
def test_what_is_not_understood_is_refused(text, said):
    with pytest.raises(UsageError) as refused:
        read(text)

    assert said in f"{refused.value.what} {refused.value.why} {refused.value.fix}"


VALUES = {"ALL": "postgresql://u:p@h/d", "U": "me", "P": "p@ss/w'rd", "D": "shop", "EMPTY": ""}


@pytest.mark.parametrize(
    ("url", "text", "variable"),
    [
        ("$ALL", "postgresql://u:p@h/d", "ALL"),
        (" ${ALL} ", "postgresql://u:p@h/d", "ALL"),
        ("postgresql://$U:$P@h:5432/$D", "postgresql://me:p%40ss%2Fw%27rd@h:5432/shop", None),
        (
            "postgresql://h/${D}_test?sslmode=require",
            "postgresql://h/shop_test?sslmode=require",
            None,
        ),
        (
            "host=h user=$U password='$P' dbname=$D",
            "host=h user='me' password='p@ss/w\\'rd' dbname='shop'",
            None,
        ),
        ("postgresql://h/d", "postgresql://h/d", None),
        ("postgresql://u:pa$$@h/d", "postgresql://u:pa$$@h/d", None),
    ],
)
def test_a_variable_stands_for_the_whole_the_user_the_password_or_the_database(url, text, variable):
    found = expand_address(url, VALUES, "the url")

    assert (found.text, found.variable) == (text, variable)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://$P.attacker.example/d",
        "postgresql://u:p@${P}/d",
        "postgresql://u@h:$P/d",
        "postgresql://u@h/d?host=$P",
        "postgresql://u@h/d?password=$P",
        "$U://h/d",
        "host=$P.attacker.example user=u",
        "host = '$P' user=u",
        "hostaddr=$P",
        "$U host=h",
        "u:$P@h",
    ],
)
def test_a_variable_never_stands_for_a_part_of_the_host(url):
    with pytest.raises(UsageError, match="where none may stand"):
        expand_address(url, VALUES, "the url")


@pytest.mark.parametrize("url", ["$NOT_SET", "$EMPTY", "postgresql://$NOT_SET@h/d"])
def test_a_variable_that_is_not_set_is_named(url):
    with pytest.raises(UsageError, match=r"variable (NOT_SET|EMPTY), which is not set"):
        expand_address(url, VALUES, "the url")


@pytest.mark.parametrize(
    ("url", "holds"),
    [
        ("postgresql://u:secret@h/d", True),
        ("host=h password=secret", True),
        ("postgresql://u:$P@h/d", False),
        ("host=h password=$P", False),
        ("$ALL", False),
    ],
)
def test_a_password_in_the_file_is_seen(url, holds):
    assert holds_password(url) is holds
