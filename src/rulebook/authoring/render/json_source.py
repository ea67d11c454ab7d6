"""Where every node of a JSON file stands."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rulebook.errors import ConfigurationError
from rulebook.finding import TOP, Place, Position
from rulebook.project.rdk_config.source import read_json, read_text

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}:,]|[^\s\[\]{}:,"]+')


def read_placed_json(path: Path, name: str) -> tuple[Any, dict[Place, Position]]:
    """Read JSON that a person writes, with line and column of every node in it.

    Returns:
        Its data, and where every node stands; what a map holds stands where its key does.

    Raises:
        ConfigurationError: it is missing or malformed.
    """
    data = read_json(path, name)
    try:
        return data, positions(read_text(path, name))
    except RecursionError:
        raise ConfigurationError(f"{name}: nested too deeply; flatten it") from None


def positions(text: str) -> dict[Place, Position]:
    """Return where every node of valid JSON stands."""
    found: dict[Place, Position] = {}
    _value(_tokens(text), TOP, found)
    return found


def _tokens(text: str) -> Iterator[tuple[str, Position]]:
    line, start, passed = 1, 0, 0
    for match in _TOKEN.finditer(text):
        breaks = text.count("\n", passed, match.start())
        if breaks:
            line, start = line + breaks, text.rindex("\n", passed, match.start()) + 1
        passed = match.start()
        yield match[0], Position(line, match.start() - start + 1)


def _value(tokens: Iterator[tuple[str, Position]], place: Place, found: dict[Place, Position]) -> bool:
    """Take one value; False for the bracket that closes an empty list or map."""
    opening, position = next(tokens)
    if opening in ("]", "}"):
        return False
    found.setdefault(place, position)
    if opening == "[":
        index = 0
        while _value(tokens, place / index, found) and next(tokens)[0] == ",":
            index += 1
    elif opening == "{":
        while (key := next(tokens))[0] != "}":
            written = key[0]
            inner = place / (json.loads(written) if "\\" in written else written[1:-1])
            found[inner] = key[1]
            next(tokens)  # the colon
            _value(tokens, inner, found)
            if next(tokens)[0] == "}":
                break
    return True
