# ruff: noqa: INP001 - tests are no package
"""Write the parts of docs/ that say what files of the project say: `python tests/docs/generated.py`."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "src/rulebook/project/rdk_config/rdk_config.schema.json"
SETTINGS = ROOT / "docs/settings.md"
CONSOLE = ROOT / "docs/console.md"
BEGIN, END = "<!-- parameters: written by `make build` out of ssm_docs -->", "<!-- end of parameters -->"
HEAD = """<!-- Written by `make build` out of the schema of rdk_config.json; change it there. -->

# Settings: rdk_config.json

One file holds what an operator changes: regions, thresholds, exemptions, and how each rule is paired with
its runbook. `rulebook build` (or `make build`) renders `parameters.json` of each rule and the documents from
it, and refuses what is wrong with the place and the cure. An editor that knows JSON Schema completes and
checks it: the file names its schema.

A threshold stands once, with the rule. A parameter that the runbook declares too, with a capital first
letter, gets the same value, so that rule and runbook cannot differ. After a change: `make build`, commit,
`cd rules && rdk deploy RULE --lambda-timeout 900`.

Several rules may share a document; a rule without `remediation` only finds; a document that no rule names is
built and published all the same.
"""


def main() -> int:
    """Write both pages."""
    SETTINGS.write_text(settings(), encoding="utf-8")
    CONSOLE.write_text(console(CONSOLE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


def settings() -> str:
    """Return docs/settings.md."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    known = schema["$defs"]
    parts = {
        "The file": schema,
        "A rule: `rules.RULE`": known["rule"],
        "An exemption: `rules.RULE.exemptions[]`": known["exemption"],
        "The remediation: `rules.RULE.remediation`": known["remediation"],
    }
    tables = [f"## {title}\n\n{_table(part, known)}" for title, part in parts.items()]
    value = f"## A parameter's value\n\n{known['parameterValue']['description']}\n"
    return "\n".join([HEAD, *tables, value])


def _table(part: dict[str, Any], known: dict[str, Any]) -> str:
    rows = ["| key | values | default | what it is |", "|---|---|---|---|"]
    for key, declared in part["properties"].items():
        if key == "$schema":
            continue
        one = known[declared["$ref"].rpartition("/")[2]] | declared if "$ref" in declared else declared
        default = "required" if key in part["required"] else _code(one.get("default"), "none")
        rows.append(f"| `{key}` | {_values(one)} | {default} | {one['description']} |")
    return "\n".join(rows) + "\n"


def _values(one: dict[str, Any]) -> str:
    if "enum" in one:
        return ", ".join(f"`{word}`" for word in one["enum"])
    if "minimum" in one:
        return f"{one['minimum']:,} to {one['maximum']:,}"
    examples = ", ".join(_code(example) for example in one.get("examples", []))
    said = one.get("patternErrorMessage") or one.get("items", {}).get("patternErrorMessage")
    if said and examples:
        return f"{said}; {examples}"
    return said or examples or "below"


def _code(value: Any, without: str = "") -> str:
    if value in (None, [], {}):
        return without
    return f"`{value if isinstance(value, str) else json.dumps(value)}`".replace("|", "\\|")


def console(page: str) -> str:
    """Return docs/console.md with every parameter of every document."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{''.join(_documents())}{END}{after}"


def _documents() -> Iterator[str]:
    """Yield a table for each document that ships, whatever else a person has."""
    rules = json.loads((ROOT / "tests/shipped/rdk_config.json").read_text(encoding="utf-8"))["rules"]
    for document in sorted(rule["remediation"]["document"] for rule in rules.values()):
        source = ROOT / "ssm_docs" / document / "document.yaml"
        declared = yaml.safe_load(source.read_text(encoding="utf-8"))["parameters"]
        rows = [f"| `{name}` | {_default(one)} | {_described(one)} |" for name, one in declared.items()]
        head = "| parameter | default | what it is |\n|---|---|---|"
        yield f"### `{document}`\n\n{head}\n" + "\n".join(rows) + "\n\n"


def _default(one: dict[str, Any]) -> str:
    return ("empty" if one["default"] == "" else _code(one["default"])) if "default" in one else "required"


def _described(one: dict[str, Any]) -> str:
    allowed = ", ".join(f"`{value}`" for value in one.get("allowedValues", []))
    said = " ".join(one.get("description", "").split()).replace("|", "\\|")
    return f"{said}{f' One of {allowed}.' if allowed else ''}"


if __name__ == "__main__":
    sys.exit(main())
