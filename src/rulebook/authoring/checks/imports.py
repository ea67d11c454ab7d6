"""What a program imports when it runs; imports for typing only are never made."""

import ast
import sys
from collections.abc import Iterator

# What is there beside a program on AWS, in a function of Lambda as in a step of Automation.
INSTALLED = sys.stdlib_module_names | {
    "boto3",
    "botocore",
    "dateutil",
    "jmespath",
    "s3transfer",
    "six",
    "urllib3",
}


def imports(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Yield each import with the module that it names; a relative one names none."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node, "" if node.level else node.module or ""
        elif isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            waiting.extend(node.orelse)
        else:
            waiting.extend(ast.iter_child_nodes(node))
