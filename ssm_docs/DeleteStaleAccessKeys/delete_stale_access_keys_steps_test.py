"""The handlers of DeleteStaleAccessKeys, called as the document's steps call them. No tests here."""

from pathlib import Path
from typing import Any

import yaml

import delete_stale_access_keys as script

FOLDER = Path(script.__file__).parent
DOCUMENT: dict[str, Any] = yaml.safe_load((FOLDER / "document.yaml").read_text(encoding="utf-8"))
DEFAULTS: dict[str, str] = {name: one.get("default", "") for name, one in DOCUMENT["parameters"].items()}


def act(user: str, **changes: str) -> dict[str, Any]:
    """Run the acting handler, with the document's defaults for what is not given."""
    return script.delete_stale_access_keys({**DEFAULTS, "IAMUserId": user, **changes}, None)


def verify(acted: dict[str, Any], **changes: str) -> str:
    """Run the verifying handler on what the acting one returned; return its outcome."""
    handed_on = {name: acted[name] for name in ("UserId", "UserName", "JudgedAt")}
    return script.verify_no_stale_access_keys({**DEFAULTS, **handed_on, **changes}, None)["Outcome"]
