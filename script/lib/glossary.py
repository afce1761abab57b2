#!/usr/bin/env python3
"""Fails when docs/glossary.md is not true: a name in the last column that the code does not have any more, a type of src/terms that no
row names, or a word of "Words we gave up" that the program says again.

A name is an address of the portal, a path below the repository, `src` or a room, or C++: each part of it must stand in the sources, and
what comes after a room, as in `forms::App`, in that room's.
"""
import pathlib
import re
import sys

import house

DOCUMENT = "docs/glossary.md"
TYPE = re.compile(r"^(?:struct|class|enum class) ([A-Z]\w*)\b(?!\s*;)|^using ([A-Z]\w*) =", re.M)
NORWEGIAN = str.maketrans("æøå", "{|}")  # behind z, in this order
# What terms has for the catalogue alone; the glossary has the words that rooms speak with each other.
NOT_SHARED = {"catalogue.h", "retention.h"}


def tables(text: str) -> dict[str, list[list[str]]]:
    """The rows of each heading's table, without its head."""
    found: dict[str, list[list[str]]] = {}
    for part in re.split(r"^## ", text, flags=re.M)[1:]:
        heading, _, body = part.partition("\n")
        rows = [[cell.strip() for cell in line.strip().strip("|").split(" | ")] for line in body.splitlines() if line.startswith("|")]
        found[heading.strip()] = rows[2:]
    return found


def exists(name: str, root: pathlib.Path, said: dict[str, str], words: dict[str, set[str]]) -> bool:
    if re.fullmatch(r"[\w:]+", name):
        first, _, rest = name.partition("::")
        if rest and first in words:
            return words[first].issuperset(rest.split("::"))
        return words[""].issuperset(name.split("::"))
    if name.startswith("/"):
        return f'"{name}' in said[""]
    return any((root / folder / name).exists() for folder in ("", "src", *(f"src/{room}" for room in said)))


def main(root: pathlib.Path) -> int:
    text = (root / DOCUMENT).read_text(encoding="utf-8")
    # By room; under "" what all of them say.
    said = {room: "\n".join(house.code(path) for path in house.sources(root, room)) for room in house.rooms(root)}
    said[""] = "\n".join(said.values())
    words = {room: set(re.findall(r"\w+", code)) for room, code in said.items()}
    found = tables(text)
    given_up = found.pop("Words we gave up")
    faults, named = [], set()
    for heading, rows in found.items():
        order = [row[0].casefold().removeprefix("den ").translate(NORWEGIAN) for row in rows]
        faults += [f"{DOCUMENT}: \"{row[0]}\" stands before \"{rows[place + 1][0]}\", against the alphabet"
                   for place, row in enumerate(rows[:-1]) if order[place] > order[place + 1]]
        for row in rows:
            names = re.findall(r"`([^`]+)`", row[-1])
            named.update(word for name in names for word in re.findall(r"\w+", name))
            if not names:
                faults.append(f"{DOCUMENT}: \"{row[0]}\" names nothing in the code")
            faults += [f"{DOCUMENT}: \"{row[0]}\" names {name}, which the code does not have"
                       for name in names if not exists(name, root, said, words)]
    for path in sorted((root / "src/terms").glob("*.h")):
        if path.name in NOT_SHARED:
            continue
        for one in TYPE.findall(house.code(path)):
            if not named & set(one):
                faults.append(f"{DOCUMENT}: has no row for {one[0] or one[1]} of src/terms/{path.name}")
    for row in given_up:
        word = row[0].strip("`")
        if word in words[""]:
            faults.append(f"{DOCUMENT}: the program says {word} again: {row[1]}")
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
