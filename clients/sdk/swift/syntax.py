"""Parses Swift files, and blocks of Swift in Markdown, by a grammar; says where one does not parse, and ends with 1 then."""
import re
import sys
from pathlib import Path

import tree_sitter_swift
from tree_sitter import Language, Parser

PARSER = Parser(Language(tree_sitter_swift.language()))
BLOCK = re.compile(r"^```swift\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
ESCAPES = (b"0", b"\\", b"t", b"n", b"r", b"\"", b"'", b"u", b"(")


def nodes(tree):
    left = [tree.root_node]
    while left:
        node = left.pop()
        yield node
        left.extend(node.children)


def wrong(source: bytes):
    for node in nodes(PARSER.parse(source)):
        line = source.splitlines()[node.start_point.row] if source else b""
        if node.is_missing and node.type == "!" and b"as! T" in line:
            continue  # a valid cast, of the generator's own, that the grammar takes for something else
        if node.is_error or node.is_missing:
            yield node.start_point.row + 1, f"does not parse: {line.decode().strip()}"
        if node.type == "line_string_literal":
            for escape in ESCAPE.findall(source[node.start_byte : node.end_byte]):
                if escape not in ESCAPES:
                    yield node.start_point.row + 1, f"an escape that Swift does not have: {line.decode().strip()}"


def sources(path: Path):
    if path.suffix == ".md":
        return [block.encode() for block in BLOCK.findall(path.read_text())]
    return [path.read_bytes()]


def main() -> int:
    count, bad = 0, 0
    for argument in map(Path, sys.argv[1:]):
        for path in sorted(argument.rglob("*.swift")) if argument.is_dir() else [argument]:
            for source in sources(path):
                count += 1
                for row, what in wrong(source):
                    bad += 1
                    print(f"{path}:{row}: {what}")
    print(f"{count} sources, {bad} errors")
    return 1 if bad or not count else 0


sys.exit(main())
