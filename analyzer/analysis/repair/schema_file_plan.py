"""Schema files brought in line with a repair: the same migrations, under their new versions."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from analyzer.frameworks.ports.schema_file import SchemaFileStyle
from analyzer.model.core.blob import blob_id
from analyzer.model.core.version import Version
from analyzer.model.plans.plan import FilePlan, ReplaceLine
from analyzer.model.schema.schema_file import SchemaVersions

Order = Callable[[Version], Any]
Translation = Mapping[Version, Version]


def bring_in_line(
    files: Iterable[SchemaVersions],
    translation: Translation,
    stood_for: Collection[Version],
    style: SchemaFileStyle,
) -> FilePlan:
    """Replace the lines of schema files that name versions which a repair changes.

    Args:
        translation: a version before the repair, to that after it.
        stood_for: the versions, before the repair, of all that a schema file may speak of: it
            stands for those up to the newest that it names.
        style: how the framework writes such files.

    Returns: a plan without moves; an empty one where nothing changes.
    """
    steps: list[ReplaceLine] = []
    before, after = [], []
    for file in files:
        text = _renumbered(file, translation, stood_for, style)
        lines = [*_changed_lines(file, text)]
        if lines:
            steps += lines
            before.append((file.path, file.blob))
            content = text.encode("utf-8", "surrogateescape")
            after.append((file.path, blob_id(content, length=len(file.blob))))
    return FilePlan(tuple(steps), (), (), tuple(before), tuple(after))


def _renumbered(
    file: SchemaVersions,
    translation: Translation,
    stood_for: Collection[Version],
    style: SchemaFileStyle,
) -> str:
    if file.whole:
        return _with_list(file, translation, style)
    (place,) = file.places
    newest = _newest(place.version, translation, stood_for)
    if newest == place.version:
        return file.text
    written = style.written_like(place.written, newest)
    return file.text[: place.start] + written + file.text[place.end :]


# The newest version alone


def _newest(version: Version, translation: Translation, stood_for: Collection[Version]) -> Version:
    """The newest of what the file stood for, under the versions after the repair.

    A version that only the repair gives out was written in the belief that it had been done.
    """
    if version in set(translation.values()) - translation.keys():
        return version
    meant = {version, *(each for each in stood_for if each <= version)}
    return max(translation.get(each, each) for each in meant)


# The whole list


def _with_list(file: SchemaVersions, translation: Translation, style: SchemaFileStyle) -> str:
    """The text with each version translated, in the list's own order, none twice."""
    if translation.keys().isdisjoint(file.versions):
        return file.text
    written = {place.version: place.written for place in file.places}
    versions = [*dict.fromkeys(translation.get(each, each) for each in file.versions)]
    order = _order_of(file.versions, style)
    if order is not None:
        versions.sort(key=order)
    texts = [written.get(each) or style.written_like("", each) for each in versions]
    return _placed(file, texts)


def _order_of(versions: Sequence[Version], style: SchemaFileStyle) -> Order | None:
    orders = style.schema_orders
    return next((it for it in orders if list(versions) == sorted(versions, key=it)), None)


def _placed(file: SchemaVersions, texts: Sequence[str]) -> str:
    """Put versions into the places in turn; places that are left over go, empty lines stay."""
    kept, spare = file.places[: len(texts)], file.places[len(texts) :]
    out, position = [], 0
    for place, text in zip(kept, texts, strict=True):
        out += [file.text[position : place.start], text]
        position = place.end
    if not spare:
        return "".join(out) + file.text[position:]
    last = spare[-1]
    lost = file.text.count("\n", kept[-1].close, last.close)
    end = (file.text.find("\n", file.ends - 1) + 1) or len(file.text)
    head = "".join(out) + file.text[position : kept[-1].close] + file.text[last.close : end]
    line_end = "\r\n" if "\r\n" in file.text else "\n"
    return head + line_end * lost + file.text[end:]


# Lines


def _changed_lines(file: SchemaVersions, text: str) -> Iterator[ReplaceLine]:
    """The lines that differ, without their ends; both texts have as many lines."""
    old, new = _lines(file.text), _lines(text)
    for number, (before, after) in enumerate(zip(old, new, strict=True), start=1):
        if before != after:
            yield ReplaceLine(file.path, number, before, after)


def _lines(text: str) -> list[str]:
    return [line.removesuffix("\r") for line in text.split("\n")]
