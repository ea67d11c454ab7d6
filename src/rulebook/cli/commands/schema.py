"""Print a JSON Schema for editors: of a document.yaml, or of rdk_config.json.

Write it to a file, for example automation-document.schema.json. An editor with a YAML language server then
completes and checks a document as it is typed, if the document's first line is
`# yaml-language-server: $schema=automation-document.schema.json`.
"""

import argparse
import json

from rulebook.authoring.document_schema import document_schema
from rulebook.cli.output import print_json
from rulebook.project.rdk_config import SCHEMA

SUMMARY = "print a JSON Schema, for editors"
EXAMPLE = "example:\n  rulebook schema document"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what ``rulebook schema`` takes."""
    parser.add_argument(
        "of", nargs="?", choices=("document", "rdk_config"), default="document", help="what it describes"
    )


def run(args: argparse.Namespace) -> int:
    """Print it."""
    if args.of == "document":
        print_json(document_schema())
    else:
        print_json(json.loads(SCHEMA.read_text(encoding="utf-8")))
    return 0
