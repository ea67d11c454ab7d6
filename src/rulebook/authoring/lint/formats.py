"""Findings as other tools take them: SARIF 2.1.0, and GitHub's workflow commands."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from rulebook.authoring.lint.catalogue import Entry, entries
from rulebook.finding import Finding

SARIF = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(findings: Iterable[Finding]) -> dict[str, Any]:
    """Return a SARIF log with one run and every rule there is.

    https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
    """
    driver = {"name": "rulebook", "rules": [_rule(entry) for entry in entries().values()]}
    results = [_result(finding) for finding in findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SARIF, "version": "2.1.0", "runs": [run]}


def _rule(entry: Entry) -> dict[str, Any]:
    told = " ".join(entry.what.split())
    page = {"helpUri": entry.pages[0]} if entry.pages else {}
    return {"id": entry.code, "shortDescription": {"text": told}, "help": {"text": entry.why or told}, **page}


def _result(finding: Finding) -> dict[str, Any]:
    where: dict[str, Any] = {"artifactLocation": {"uri": quote(finding.file)}}
    if finding.line:
        where["region"] = {"startLine": finding.line, "startColumn": finding.column or 1}
    return {
        "ruleId": finding.check,
        "ruleIndex": list(entries()).index(finding.check),
        "level": finding.severity,
        "message": {"text": f"{finding.said}; {finding.cure}"},
        "locations": [{"physicalLocation": where}],
    }


def github(finding: Finding) -> str:
    """Return the workflow command that annotates a file in a pull request.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
    """
    known = {"file": finding.file, "line": finding.line, "col": finding.column, "title": finding.check}
    properties = ",".join(f"{key}={_property(str(value))}" for key, value in known.items() if value)
    return f"::{finding.severity} {properties}::{_data(f'{finding.said}; {finding.cure}')}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
