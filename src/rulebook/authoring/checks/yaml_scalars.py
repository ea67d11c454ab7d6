"""What YAML 1.1 makes of an unquoted scalar that a person may have meant as text.

``012345670123`` is an octal number, ``12:30`` one to the base of 60, ``on`` is true, ``2026-01-31`` a date.
https://yaml.org/type/int.html, https://yaml.org/type/bool.html and https://yaml.org/type/timestamp.html
"""

import datetime as dt
import re
from typing import Any

_OTHER_BASE = re.compile(r"[-+]?(?:0[0-7_]+|[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?)")


def is_changed(raw: str, value: Any) -> bool:
    """Tell whether the value of a plain scalar is something else than it says.

    Args:
        raw: the scalar as written, without quotes.
        value: what YAML 1.1 makes of it.
    """
    if isinstance(value, bool):
        return raw.lower() not in ("true", "false")
    if isinstance(value, int | float):
        return _OTHER_BASE.fullmatch(raw) is not None
    return isinstance(value, dt.date)
