"""Reads JSON that a person writes: each way of being broken is one line with file, place and cure."""

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rulebook.errors import ConfigurationError


def read_text(path: Path, name: str) -> str:
    """Read UTF-8 text.

    Args:
        path: the file.
        name: how a message names it.

    Raises:
        ConfigurationError: it is missing, unreadable or not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8").replace("\r\n", "\n")
    except FileNotFoundError:
        raise ConfigurationError(f"{name}: the file is missing; restore or write it") from None
    except OSError as error:
        raise ConfigurationError(f"{name}: {error.strerror}; make it a readable file") from None
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{name}: byte {error.start}: not UTF-8 text; save it as UTF-8") from None


def read_json(path: Path, name: str) -> Any:
    """Read JSON, with duplicate keys, NaN and control characters refused.

    Raises:
        ConfigurationError: it cannot be read so.
    """
    text = read_text(path, name)
    try:
        data = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise ConfigurationError(
            f"{name}: line {error.lineno}, column {error.colno}: {error.msg}; mend the JSON there"
        ) from None
    except RecursionError:
        raise ConfigurationError(f"{name}: nested too deeply; flatten it") from None
    except ValueError as error:  # from the two hooks, or a number with thousands of digits
        raise ConfigurationError(f"{name}: {error}; mend the JSON") from None
    refuse_invisible(data, name)
    return data


def refuse_invisible(data: Any, name: str) -> None:
    """Refuse control characters and lone surrogates: they break lines and UTF-8, and no value needs one."""
    for place, text in _texts(data, ""):
        found = next((one for one in text if unicodedata.category(one) in ("Cc", "Cs")), None)
        if found is not None:
            raise ConfigurationError(
                f"{name}: {place or 'top'}: holds the character U+{ord(found):04X}; remove it"
            )


def _texts(data: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(data, str):
        yield place, data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield place, key
            yield from _texts(value, f"{place}.{key}".lstrip("."))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _texts(value, f"{place}[{index}]")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    for key, value in pairs:
        if key in seen:
            raise ValueError(f"the key {key!r} stands twice in one object; keep one")
        seen[key] = value
    return seen


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON value")
