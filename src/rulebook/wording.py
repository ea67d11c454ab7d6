"""How messages show a value, and what they suggest for a name that is not known."""

import json
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

LONGEST_SHOWN = 60  # characters of a wrong value in a message


def shown(value: Any) -> str:
    """Show a wrong value as JSON, shortened."""
    if isinstance(value, (dict, list)):
        kind = "object" if isinstance(value, dict) else "list"
        return f"an empty {kind}" if not value else "an object" if isinstance(value, dict) else "a list"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}... ({len(text)} characters)"


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a cure for a name that is not known: the likeliest one meant, else all that exist."""
    names = sorted(known)
    close = get_close_matches(name, names, n=1)
    if close:
        return f"did you mean {close[0]}"
    return f"use one of {', '.join(names)}" if names else "remove it"
