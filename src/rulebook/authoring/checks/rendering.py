"""How built files look: the same bytes on every Python, in the order in which a person wrote them."""

import json
from typing import Any


def to_json(value: Any) -> str:
    """Return JSON with two spaces of indent and a newline at the end.

    Characters beyond ASCII are escaped: rdk opens these files in the platform's encoding.
    """
    return json.dumps(value, indent=2, ensure_ascii=True, allow_nan=False) + "\n"
