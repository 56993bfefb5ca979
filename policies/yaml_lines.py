"""YAML read strictly, with the line of every key: duplicate keys, anchors and tags are errors, numbers with a point stay text.

A paragraph like 4.10 is therefore never read as the number 4.1.
"""
from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import yaml

Path_ = tuple[str | int, ...]
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_INTEGER = re.compile(r"-?(0|[1-9]\d*)\Z")


class YamlError(ValueError):
    """A file that cannot be read, with its line (1-based) and a sentence."""

    def __init__(self, line: int, message: str):
        super().__init__(message)
        self.line, self.message = line, message


def read(file: Path) -> tuple[Any, dict[Path_, int]]:
    """The data of one file and the line (1-based) of every key and list item by its path. Raises YamlError."""
    try:
        root = yaml.compose(file.read_text(encoding="utf-8"), Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlError(mark.line + 1 if mark else 1, f"This is not valid YAML ({error.problem}). "
                        "Check the indentation and the quotes on this line and the one above.") from error
    except UnicodeDecodeError as error:
        raise YamlError(1, "The file is not UTF-8 text. Save it as UTF-8.") from error
    if root is None:
        raise YamlError(1, "The file is empty.")
    lines: dict[Path_, int] = {(): 1}
    return _plain(root, (), lines), lines


def _plain(node: yaml.Node, path: Path_, lines: dict[Path_, int]) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines)
    if isinstance(node, yaml.SequenceNode):
        values = []
        for index, item in enumerate(node.value):
            lines[(*path, index)] = item.start_mark.line + 1
            values.append(_plain(item, (*path, index), lines))
        return values
    return _scalar(node)


def _mapping(node: yaml.MappingNode, path: Path_, lines: dict[Path_, int]) -> dict[Any, Any]:
    data: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key, line = _scalar(key_node), key_node.start_mark.line + 1
        if key in data:
            raise YamlError(line, f'"{key}" is given twice here (first on line {lines[(*path, _step(key))]}). Keep one of them.')
        lines[(*path, _step(key))] = line
        data[key] = _plain(value_node, (*path, _step(key)), lines)
    return data


def _step(key: Any) -> str | int:
    return key if isinstance(key, str | int) else str(key)


def _scalar(node: yaml.Node) -> Any:
    if not isinstance(node, yaml.ScalarNode):
        raise YamlError(node.start_mark.line + 1, "A key must be a plain word.")
    if node.style:
        return node.value
    if node.value in _WORDS:
        return _WORDS[node.value]
    if _DATE.match(node.value):
        try:
            return date.fromisoformat(node.value)
        except ValueError as error:
            raise YamlError(node.start_mark.line + 1, f'"{node.value}" is not a day of the calendar. '
                            "Write a date as 2026-12-29.") from error
    return int(node.value) if _INTEGER.match(node.value) else node.value
