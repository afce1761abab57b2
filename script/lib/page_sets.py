#!/usr/bin/env python3
"""Fails when a page set is not in the program, or a page speaks words that no text has.

Looked for in src/portal (tests, fuzz targets and stand-ins aside): each function in a header that answers a `PageSet` must be called in
src/main/rooms.cpp; each text id that is written whole in `t("...")`, `plural("...")`, `.text = "..."` and in the list `.words` of a set
must be in texts/ (a plural with .one and .other). Ids put together from parts are found missing by the page itself, which then says 503;
what a set cannot do without stands in its `.words`, which is looked at here and once more at start (portal/page_set.h).
"""
import pathlib
import re
import sys

import house
from texts_complete import flat, tomllib

SET = re.compile(r"\bPageSet\s+([a-z_]+)\s*\(")
# Of a view; and of a function of a file's own that is called t, whose ids have an area ("site.name"), or are put together.
SPOKEN = re.compile(r"""\bview_?\.t\(\s*"([^"]+)"\s*[,)]|\bt\(\s*"([^".]+\.[^"]+)"\s*[,)]""")
EITHER = re.compile(r"""\bt\(\s*[^"();]*\?\s*"([^"]+)"\s*:\s*"([^"]+)"\s*[,)]""")
PLURAL = re.compile(r"""\bplural\(\s*"([^"]+)"\s*,""")
ENTRY = re.compile(r"""\.text = "([a-z_]+\.[a-z_.]+)\"""")
WORDS = re.compile(r"""\.words = \{([^}]*)\}""")


def words_of(text: str) -> set[str]:
    """The text ids that a file of pages cannot do without."""
    ids = set(ENTRY.findall(text))
    for pair in SPOKEN.findall(text) + EITHER.findall(text):
        ids |= set(filter(None, pair))
    for name in PLURAL.findall(text):
        ids |= {f"{name}.one", f"{name}.other"}
    for words in WORDS.findall(text):
        ids |= set(re.findall(r'"([^"]+)"', words))
    return ids


def main(root: pathlib.Path) -> int:
    texts: set[str] = set()
    for path in (root / "texts").glob("*.nb.toml"):  # texts_complete.py compares the other languages with these
        texts |= set(flat(tomllib.loads(path.read_text(encoding="utf-8"))))
    plugged, faults = house.code(root / "src/main/rooms.cpp"), []
    for path in house.sources(root, "portal"):
        text = house.code(path)
        where = path.relative_to(root)
        if path.suffix == ".h" and path.name != "page_set.h":
            faults += [f"src/main/rooms.cpp: portal::{name} of {where} is missing: nobody sees its pages"
                       for name in SET.findall(text) if f"portal::{name}(" not in plugged]
        faults += [f"{where}: no text '{name}' in texts/ (three languages)"
                   for name in sorted(words_of(text) - texts)]
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
