"""What all facts are made of is the cheap kind, and does what dataclasses do."""

import operator
import re
from enum import StrEnum
from pathlib import Path

import pytest

from analyzer.model.core.version import Version
from analyzer.model.secrets.secret import Secret
from analyzer.records import Struct, asdict, field, replace

PACKAGE = Path(__file__).resolve().parents[2] / "analyzer"


class _Kind(StrEnum):
    ROW = "row"


class _Place(Struct, frozen=True):
    path: str
    line: int | None = None


class _Fact(Struct, frozen=True):
    kind: _Kind
    places: tuple[_Place, ...] = ()
    counts: dict[str, _Place] = field(default_factory=dict)


def test_a_dataclass_which_takes_thirty_times_as_long_is_only_what_no_struct_can_be():
    text = "\n".join(path.read_text() for path in sorted(PACKAGE.rglob("*.py")))
    defined = re.split(r"^ *@dataclass", text, flags=re.MULTILINE)[1:]

    heads = [(re.search(r"^ *class \w+(\(\w+)?", part, re.MULTILINE), part) for part in defined]

    # one that is abstract has another metaclass; a struct has no field that is not an argument
    assert [head[0] for head, part in heads if head[1] is None and "init=False" not in part] == []


def test_a_fact_is_equal_by_its_fields_and_never_changes():
    fact = _Fact(_Kind.ROW, (_Place("a", 1),))

    assert (fact, fact.counts) == (_Fact(_Kind.ROW, (_Place("a", line=1),)), {})
    assert repr(_Place("a")) == "_Place(path='a', line=None)"
    with pytest.raises(AttributeError):
        fact.kind = _Kind.ROW


def test_a_changed_copy_leaves_the_fact_as_it_was():
    place = _Place("a", 1)

    assert (replace(place, line=2), place) == (_Place("a", 2), _Place("a", 1))


def test_plain_data_goes_as_deep_as_the_facts():
    fact = _Fact(_Kind.ROW, (_Place("a"),), {"b": _Place("b", 2)})

    assert asdict(fact) == {
        "kind": "row",
        "places": ({"path": "a", "line": None},),
        "counts": {"b": {"path": "b", "line": 2}},
    }


def test_a_fact_that_holds_a_secret_does_not_show_it():
    class Holder(Struct, frozen=True):
        password: Secret

    assert "hunter2" not in repr(Holder(Secret("hunter2")))


@pytest.mark.parametrize("name", ["eq", "ne", "lt", "le", "gt", "ge"])
@pytest.mark.parametrize(("one", "other"), [(13, 13), (7, 13), (13, 7)])
def test_versions_are_compared_by_number_alone(name, one, other):
    compare = getattr(operator, name)

    assert compare(Version(one, "a"), Version(other, "b")) is compare(one, other)


def test_equal_versions_are_one_key():
    assert len({Version(13, "013"), Version(13, "13")}) == 1
