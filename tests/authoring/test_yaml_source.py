"""document.yaml: every malformed one is a single line, never a traceback."""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from authoring.conftest import Sample
from rulebook.authoring import render as build
from rulebook.authoring.render.yaml_source import read_yaml
from rulebook.errors import ConfigurationError
from rulebook.finding import Finding, Place

BOMB = "a: &a [x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join(9 * [f'*{old}'])}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)

BROKEN: list[tuple[str, bytes, str]] = [
    ("binary", b"\xff\xfe\x00", "d.yaml: byte 0: not UTF-8 text; save it as UTF-8"),
    ("a control character", b"a: \x07", "d.yaml: unacceptable character #x0007"),
    ("a tab", b"a:\n\tb: 1", "d.yaml: line 2, column 1: found character '\\t' that cannot start any token"),
    ("never closed", b"a: [1", "d.yaml: line 1, column 6: expected ',' or ']', but got '<stream end>'"),
    ("two documents", b"a: 1\n---\nb: 2", "d.yaml: line 2, column 1: but found another document"),
    ("a bomb of aliases", BOMB.encode(), "d.yaml: line 2, column 8: the alias *a; write plain YAML"),
    ("an alias to itself", b"a: &a [*a]", "d.yaml: line 1, column 8: the alias *a; write plain YAML"),
    ("a merge", b"a: {<<: {b: 1}}", "d.yaml: line 1: a merge (<<) is not supported; write the keys out"),
    ("a key twice", b"a: 1\nb: 2\na: 3", "d.yaml: line 3: the key 'a' stands twice; keep one"),
    ("a key that is no text", b"on: 1", "d.yaml: line 1: the key True is no text; quote it"),
    ("a key that is a list", b"[a]: 1", "d.yaml: line 1: the key "),
    ("a Python object", b"a: !!python/object/apply:os.system [x]", "d.yaml: line 1: a has the tag tag:yaml.org,2002:python/object/apply:os.system; remove it"),
    ("an unknown tag", b"a: !Sub x", "d.yaml: line 1, column 4: could not determine a constructor for the tag '!Sub'"),
    ("a date", b"a: 2027-01-01", "d.yaml: line 1: a is a date, which JSON does not have; quote it"),
    ("a date that cannot be", b"a: 2027-13-45", "d.yaml: month must be in 1..12"),
    ("binary data", b"a: !!binary aGk=", "d.yaml: line 1: a is a bytes, which JSON does not have; quote it"),
    ("not a number", b"a: [.nan]", "d.yaml: line 1: a[0] is nan, which JSON does not have; quote it if it is text"),
    ("too deep", b"[" * 5_000, "d.yaml: nested too deeply; flatten it"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "line"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_broken_yaml_is_one_line(tmp_path: Path, content: bytes, line: str) -> None:
    path = tmp_path / "d.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError) as refused:
        read_yaml(path, "d.yaml")
    assert str(refused.value).startswith(line)
    assert len(str(refused.value).splitlines()) == 1


def test_nodes_have_lines_and_columns(tmp_path: Path) -> None:
    path = tmp_path / "d.yaml"
    path.write_text("a:\n  - b: 1\n    c: |\n      text\n", encoding="utf-8")
    assert read_yaml(path, "d.yaml") == (
        {"a": [{"b": 1, "c": "text\n"}]},
        {
            Place(()): (1, 1),
            Place(("a",)): (1, 1),
            Place(("a", 0)): (2, 5),
            Place(("a", 0, "b")): (2, 5),
            Place(("a", 0, "c")): (3, 5),
        },
        {},
    )


@pytest.mark.parametrize(
    "content", ["", "[]", "text", "1", "null", "mainSteps: 5", "mainSteps: []", "mainSteps: [1]"]
)
def test_a_document_of_another_shape_is_found(sample: Sample, content: str) -> None:
    sample.yaml.write_text(content, encoding="utf-8")
    assert all(one.file.endswith("document.yaml") for one in build.inspect_project(sample.project).errors)
    assert build.inspect_project(sample.project).errors


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # in a tenth of the time


def paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    return [path, *(inner for key, child in children for inner in paths(child, (*path, key)))]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), value=JSON)
def test_whatever_stands_anywhere_is_built_found_or_one_line(
    sample: Sample, sample_document: dict[str, Any], data: st.DataObject, value: Any
) -> None:
    content: Any = copy.deepcopy(sample_document)
    *parents, last = data.draw(st.sampled_from(paths(content)[1:]))
    inner = content
    for key in parents:
        inner = inner[key]
    inner[last] = value
    sample.yaml.write_text(yaml.dump(content, Dumper=DUMPER, allow_unicode=True), encoding="utf-8")
    outcome = inspected(sample)
    if isinstance(outcome, str):
        assert len(outcome.splitlines()) == 1
    else:
        assert outcome == sorted(outcome)


def inspected(sample: Sample) -> list[Finding] | str:
    try:
        return build.inspect_project(sample.project).findings
    except ConfigurationError as error:
        return str(error)


def test_scalars_that_yaml_1_1_changes_are_kept_as_they_are_written(tmp_path: Path) -> None:
    (tmp_path / "d.yaml").write_text('a: 012345670123\nb: "012"\nc: 12:30\nd: [on]\n', encoding="utf-8")
    assert read_yaml(tmp_path / "d.yaml", "d.yaml").scalars == {
        Place(("a",)): "012345670123",
        Place(("c",)): "12:30",
        Place(("d", 0)): "on",
    }
