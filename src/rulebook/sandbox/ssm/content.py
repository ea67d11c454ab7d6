"""A document's content is looked at when it is created, not only when it runs.

What the language of Automation documents allows is decided by ``refusals_of_document``. A default
that its own parameter refuses is taken: the service refuses the start, not the document.
"""

import inspect
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import yaml
from moto.ssm.exceptions import InvalidDocumentContent
from moto.ssm.models import Document

from rulebook import automation
from rulebook.automation.language.limits import DOCUMENT, JUDGED
from rulebook.automation.validation import parameter_defaults
from rulebook.sandbox.extensions import while_running

_init = Document.__init__
_signature = inspect.signature(_init)
_Scanner: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml, if it is there
_DEPTH = 100


class _Loader(yaml.SafeLoader):
    """YAML as JSON could have it: dates and words like ``On`` are text, ``true`` and ``false`` are not."""


_TEXT = ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:binary")
_Loader.yaml_implicit_resolvers = {
    first: [one for one in resolvers if one[0] not in _TEXT]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _first, _words in (("t", r"true"), ("f", r"false"), ("T", r"True|TRUE"), ("F", r"False|FALSE")):
    _Loader.add_implicit_resolver(_TEXT[1], re.compile(f"(?:{_words})$"), [_first])


def create_document(self: Document, *given: Any, **named: Any) -> None:
    """Make a document, of content that the service would take.

    Raises:
        InvalidDocumentContent: in words.
    """
    bound = _signature.bind(self, *given, **named)
    text, kind = bound.arguments["content"], bound.arguments["document_format"]
    if isinstance(text, str) and kind in {"JSON", "YAML"}:
        bound.arguments["content"] = parsed_content(text, kind, bound.arguments["document_type"])
    _init(*bound.args, **bound.kwargs)
    self.content = text


def parsed_content(text: str, kind: str, document_type: str) -> dict[str, Any]:
    """Return the content as an object; raises InvalidDocumentContent."""
    try:
        _demand_small(text, kind)
        content = json.loads(text) if kind == "JSON" else yaml.load(text, _Loader)  # noqa: S506 - a safe loader
        plain = json.loads(json.dumps(content, allow_nan=False))
    except (ValueError, TypeError, RecursionError, yaml.YAMLError) as error:
        raise InvalidDocumentContent(f"{kind} not well-formed: {_line(error)}") from error
    if wrong := _wrong(plain, document_type):
        raise InvalidDocumentContent(wrong)
    return dict(plain)


def _demand_small(text: str, kind: str) -> None:
    """Raise ValueError for what would be far too large once read: aliases and depth make much of little."""
    if len(text) > JUDGED:
        raise ValueError(f"it has {len(text)} characters")
    if kind == "YAML":
        for size in _sizes(yaml.parse(text, _Scanner)):
            if size > DOCUMENT:
                raise ValueError(f"it has more than {DOCUMENT} bytes as JSON")


def _sizes(events: Iterable[Any]) -> Iterator[int]:
    """Yield how many bytes of JSON there are at least after each event, its aliases written out."""
    around: list[tuple[str | None, int]] = [(None, 0)]  # anchor and size of each list and object
    anchored: dict[str, int] = {}
    for event in events:
        anchor, size = getattr(event, "anchor", None), 0
        if isinstance(event, yaml.CollectionStartEvent):
            around.append((anchor, 1))
            if len(around) > _DEPTH:
                raise ValueError(f"it is nested more than {_DEPTH} deep")
            continue
        if isinstance(event, yaml.AliasEvent):
            if anchor not in anchored:
                raise ValueError(f"*{anchor} is not defined before it is used")
            size = anchored[anchor]
        elif isinstance(event, yaml.ScalarEvent):
            size = len(event.value) + 1
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, size = around.pop()
        if anchor:
            anchored[anchor] = size
        above, before = around.pop()
        around.append((above, before + size))
        yield before + size


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def _wrong(content: Any, document_type: str) -> str:
    """Return what is wrong with a document, the first thing only; empty if nothing is."""
    if document_type == "Automation":
        refused = (
            one for one in automation.refusals_of_document(content) if one.check != parameter_defaults.CODE
        )
        return next((finding.said for finding in refused), "")
    if not isinstance(content, dict) or not isinstance(content.get("schemaVersion"), str):
        return "The content must be an object with a schemaVersion that is a string."
    parameters = content.get("parameters") or {}
    if not isinstance(parameters, dict) or not all(
        isinstance(one, dict) and isinstance(one.get("type"), str) for one in parameters.values()
    ):
        return "parameters must be an object of objects, each with a type."
    return ""


while_running(Document, "__init__", create_document)
