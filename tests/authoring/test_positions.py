"""A finding stands somewhere: every place is a node, every node has a position, and findings sort by it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authoring.conftest import Case, Sample
from authoring.test_document_checks import FURTHER, TEN
from automation.conftest import document as document_of
from automation.conftest import script
from rulebook.authoring import checks, render
from rulebook.authoring.checks import document, house, pair
from rulebook.authoring.checks.authored import AuthoredDocument
from rulebook.authoring.render.json_source import positions, read_placed_json
from rulebook.authoring.render.reading import read_document
from rulebook.authoring.render.yaml_source import read_yaml
from rulebook.automation import beyond, validation
from rulebook.finding import TOP, Finding, Place
from rulebook.node import Node


def sources(sample: Sample) -> dict[str, tuple[Node, dict[Place, Any]]]:
    """Return the top of every file that a person writes as data, and where its nodes stand."""
    project = sample.project
    yaml, permissions = project.relative(sample.yaml), project.relative(sample.permissions)
    content, places, _ = read_yaml(sample.yaml, yaml)
    found = {yaml: (Node(content), places)}
    for file, path in ((permissions, sample.permissions), (project.relative(project.config), project.config)):
        content, places = read_placed_json(path, file)
        found[file] = (Node(content), places)
    return found


@pytest.mark.parametrize("case", [*TEN, *FURTHER], ids=lambda case: case.name)
def test_every_place_is_a_node_or_a_key_that_its_parent_lacks(sample: Sample, case: Case) -> None:
    path = {"yaml": sample.yaml, "script": sample.script, "permissions": sample.permissions}[case.file]
    sample.replace(path, case.old, case.new)
    known = sources(sample)
    for finding in render.inspect_project(sample.project).findings:
        assert finding.check
        assert finding.line
        assert finding.column
        if finding.file not in known:
            assert finding.place == TOP  # within a script
            continue
        node, places = known[finding.file]
        for key in finding.place[:-1]:
            node = node[key]
            assert node.exists, f"{finding.place} leads through {node.place}, which does not exist"
        nearest = finding.place if finding.place in places else Place(finding.place[:-1])
        assert (finding.line, finding.column) == places[nearest]


def test_the_positions_of_yaml_are_those_of_its_nodes(sample: Sample) -> None:
    content, places, _ = read_yaml(sample.yaml, "d.yaml")
    assert {node.place for node in Node(content).all()} == set(places)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, st.sampled_from([None, 2, "\t"]))
def test_the_positions_of_json_are_those_of_its_nodes(value: Any, indent: int | str | None) -> None:
    text = json.dumps(value, indent=indent)
    found = positions(text)
    assert {node.place for node in Node(value).all()} == set(found)
    lines = text.split("\n")
    for place, (line, column) in found.items():
        written = json.dumps(place[-1]) if place and isinstance(place[-1], str) else ""
        assert lines[line - 1][column - 1 :].startswith(written)


def test_json_that_is_nested_too_deeply_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text("[" * 900 + "]" * 900, encoding="utf-8")
    try:
        read_placed_json(path, "x.json")
    except Exception as error:  # noqa: BLE001 - whichever reader meets its limit first
        assert str(error) == "x.json: nested too deeply; flatten it"  # noqa: PT017 - it may also be read


def finding(place: tuple[str | int, ...], line: int | None = None, column: int | None = None) -> Finding:
    return Finding(Place(place), "p", "c", file="f", line=line, column=column)


def test_findings_sort_by_line_then_column_then_place_as_numbers() -> None:
    ordered = [
        finding(("mainSteps", 2)),
        finding(("mainSteps", 10)),
        finding(("x",), 9, 1),
        finding(("x",), 10, 2),
        finding(("x",), 10, 10),
    ]
    backwards = list(reversed(ordered))
    assert sorted(backwards) == ordered


def test_a_node_that_is_not_there_has_the_position_of_the_nearest_above_it(sample: Sample) -> None:
    folder = sample.project.documents()["TidySample"]
    authored = read_document(sample.project, folder)
    missing = authored.node["mainSteps"][0]["inputs"]["No"]["Such"].finding("p", "c")
    [located] = checks.located([missing], authored)
    assert (located.line, located.column) == authored.positions[authored.file][
        Place(("mainSteps", 0, "inputs"))
    ]


def test_a_script_within_the_document_is_told_of_where_it_stands() -> None:
    content = document_of(script("A", "def handler(events, context):\n    import requests"))
    [found] = checks.check_document(AuthoredDocument("d.yaml", content, {}), "automation")
    assert str(found) == (
        "d.yaml: mainSteps[0].inputs.Script: line 2 imports requests, which the service does not have; "
        "do without it [script-imports]"
    )


def test_the_house_rules_are_a_profile_of_their_own() -> None:
    content = document_of(script("A", "return 1"))
    authored = AuthoredDocument("d.yaml", content, {}, permissions=[])
    assert checks.check_document(authored, "automation") == []
    assert {one.check for one in checks.check_document(authored, "config")} == {"assume-role"}


def test_codes_are_unique_and_like_the_names_of_their_files() -> None:
    modules = [one for package in (validation, document, house, pair) for one in validation.checks(package)]
    codes = [one.CODE for one in modules]
    assert codes == [one.__name__.rpartition(".")[2].replace("_", "-") for one in modules]  # type: ignore[attr-defined]  # a module has a name
    assert len({*codes, beyond.CODE}) == len(codes) + 1
    assert all(one.__doc__ for one in modules)
