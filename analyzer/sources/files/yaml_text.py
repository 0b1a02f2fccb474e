"""YAML as files of settings have it: plain values only, of a size and depth that can be borne."""

from typing import TYPE_CHECKING, Any

from analyzer import limits
from analyzer.errors import UsageError

if TYPE_CHECKING:
    import yaml


def parse_yaml(text: str, path: str) -> Any:  # noqa: ANN401  YAML of any shape
    """Read one document. Aliases and merge keys are followed; no object is ever made of a tag.

    Args: path: the file's, for errors.

    Raises:
        UsageError: it is none, or larger or deeper than the limits allow.
    """
    import yaml

    if len(text) > limits.SETTINGS_BYTES.most:
        raise limits.SETTINGS_BYTES.exceeded(UsageError, path)
    try:
        return yaml.load(text, _loader())  # noqa: S506  a safe loader, see below
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f", line {mark.line + 1}" if mark is not None else ""
        raise _no_yaml(path, f"{error.problem or 'it is no YAML'}{line}") from None
    except yaml.YAMLError as error:
        raise _no_yaml(path, " ".join(str(error).split())) from None
    except ValueError:  # its message quotes the value, which may be a password
        raise _no_yaml(path, "a number or date in it is none") from None
    except RecursionError:
        raise _no_yaml(path, "it is nested too deeply") from None


def _no_yaml(path: str, why: str) -> UsageError:
    return UsageError(f"{path} cannot be read", why=why, fix="correct it; it must be YAML in UTF-8")


def _loader() -> "type[yaml.SafeLoader]":
    """The safe loader, whose mappings hold each key once: merges of merges cannot multiply."""
    import yaml

    class OneKeyLoader(yaml.SafeLoader):
        def flatten_mapping(self, node: yaml.MappingNode) -> None:
            super().flatten_mapping(node)
            last = {
                (key.tag, key.value) if isinstance(key, yaml.ScalarNode) else id(key): (key, value)
                for key, value in node.value
            }
            node.value = list(last.values())

    return OneKeyLoader
