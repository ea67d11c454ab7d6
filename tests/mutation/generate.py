# ruff: noqa: INP001, T201 - a program of its own, run in .venv-mutants; it prints what it made
"""Print every mutant of the files given, one JSON object a line (see `mutant.Mutant`).

The operators are cosmic-ray's, one or two replacements for each symbol instead of a dozen, and those of
`predicates`. None touches a string. Left out, because no test can or should see it: annotations, imports for
type checkers, how a parameter may be passed, and ``frozen=True``, which refuses at run time what mypy refuses
before.
"""

from __future__ import annotations

import ast
import difflib
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cosmic_ray.plugins  # type: ignore[import-not-found]  # installed in .venv-mutants only
from cosmic_ray.ast import ast_nodes, get_ast  # type: ignore[import-not-found]  # the same
from cosmic_ray.mutating import mutate_code  # type: ignore[import-not-found]  # the same

from mutation import predicates

if TYPE_CHECKING:
    from collections.abc import Iterator

OPERATORS = re.compile(
    r"core/("
    r"ReplaceBinaryOperator_(Add_Sub|Sub_Add|Mul_Div|Div_Mul|FloorDiv_Mul|BitOr_BitAnd|BitAnd_BitOr)"
    r"|ReplaceComparisonOperator_(Eq_NotEq|NotEq_Eq|Is_IsNot|IsNot_Is"
    r"|Lt_LtE|Lt_GtE|LtE_Lt|LtE_Gt|Gt_GtE|Gt_LtE|GtE_Gt|GtE_Lt)"
    r"|ReplaceUnaryOperator_Delete_Not|ReplaceUnaryOperator_Delete_USub"
    r"|AddNot|ReplaceTrueWithFalse|ReplaceFalseWithTrue|ReplaceAndWithOr|ReplaceOrWithAnd"
    r"|ReplaceBreakWithContinue|ReplaceContinueWithBreak|NumberReplacer|RemoveDecorator"
    r"|ZeroIterationForLoop)"
)
UNSEEN = re.compile(r"frozen=")


def generate(path: Path) -> Iterator[dict[str, Any]]:
    """Return the mutants of a file, each mutated source once."""
    source = path.read_text(encoding="utf-8")
    seen = {_shape(source)}
    hidden = _hidden_lines(source)
    for operator, mutated in [*_by_cosmic_ray(source), *predicates.mutate(source)]:
        try:
            shape = _shape(mutated)
        except SyntaxError:
            continue
        if shape in seen:
            continue
        seen.add(shape)
        line, old, new = _change(source, mutated)
        if line not in hidden and not (UNSEEN.search(old) and operator == "core/ReplaceTrueWithFalse"):
            where = _function(source, line)
            yield {
                "path": str(path), "line": line, "function": where, "operator": operator,
                "old": old, "new": new, "source": mutated,
            }  # fmt: skip


def _shape(source: str) -> str:
    """Return what two sources have in common that do the same."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign):
            node.annotation = ast.Constant(None)
        if isinstance(node, ast.FunctionDef):
            node.returns = None
            node.args.args = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            node.args.posonlyargs = node.args.kwonlyargs = []
            node.args.defaults += [one for one in node.args.kw_defaults if one]
            node.args.kw_defaults = []
    return ast.dump(tree)


def _by_cosmic_ray(source: str) -> Iterator[tuple[str, str]]:
    names = [name for name in cosmic_ray.plugins.operator_names() if OPERATORS.fullmatch(name)]
    for name in names:
        operator = cosmic_ray.plugins.get_operator(name)()
        nodes = list(ast_nodes(get_ast(source)))
        for occurrence in range(sum(len(list(operator.mutation_positions(node))) for node in nodes)):
            yield name, mutate_code(source, operator, occurrence)


def _change(source: str, mutated: str) -> tuple[int, str, str]:
    """Return the first line that differs, what is there, and what is there instead."""
    before, after = source.splitlines(), mutated.splitlines()
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    edits = [one for one in matcher.get_opcodes() if one[0] != "equal"]
    first, last = edits[0], edits[-1]
    return first[1] + 1, _in_one_line(before[first[1] : last[2]]), _in_one_line(after[first[3] : last[4]])


def _in_one_line(lines: list[str]) -> str:
    """Return the lines as one, without comments and the blanks that cosmic-ray leaves."""
    bare = (re.sub(r"\s+# .*", "", line).strip() for line in lines)
    return re.sub(r" {2,}", " ", " ".join(bare))


def _hidden_lines(source: str) -> set[int]:
    """Return the lines of imports for type checkers."""
    tree = ast.parse(source)
    hidden: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            hidden.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return hidden


def _function(source: str, line: int) -> str:
    """Return the innermost function or class around a line, or an empty text."""
    around = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and min([node.lineno, *(one.lineno for one in node.decorator_list)]) <= line <= (node.end_lineno or 0)
    ]
    return max(around, key=lambda node: node.lineno).name if around else ""


if __name__ == "__main__":
    for given in sys.argv[1:]:
        for mutant in generate(Path(given)):
            print(json.dumps(mutant))
