#!/usr/bin/env python3
"""Fails when a file of one room includes a header of a room that stands below it in the list of rooms (src/rooms.txt), when the
table of rooms in docs/architecture.md is another list, and when files of a room that had none include each other in a circle.

A room includes itself and rooms above it: see docs/developer.md.
"""
import graphlib
import pathlib
import re
import sys

import house

# Headers that only a few files may include: they cost every file that does 12 to 18 seconds.
HEAVY = re.compile(r'#include\s+<boost/(beast|asio)')
HEAVY_HEADER = "web/connection.h"  # what the sources of the server share
INCLUDE = re.compile(r'^\s*#include\s+"([a-z]+)/')
# In these rooms the arrows go up among the files too: a header and its source count as one. A room that has come so far joins them.
NO_CIRCLES = {"net", "terms", "inbox", "web", "api"}


def told(root: pathlib.Path) -> list[str]:
    """The rooms of the table in docs/architecture.md, in its order."""
    _, _, after = (root / "docs/architecture.md").read_text(encoding="utf-8").partition("\n## The rooms\n")
    return re.findall(r"^\| `([a-z]+)` \|", after.partition("\n## ")[0], flags=re.M)


def circle(root: pathlib.Path, room: str) -> list[str]:
    """Files of the room that include each other, from the first on back to it; empty when there are none."""
    includes: dict[str, set[str]] = {}
    for path in house.sources(root, room):
        own = path.relative_to(root / "src").with_suffix("").as_posix()
        named = re.findall(rf'^\s*#include\s+"({room}/[\w/]+)\.h"', path.read_text(encoding="utf-8"), flags=re.M)
        includes.setdefault(own, set()).update(name for name in named if name != own)
    try:
        graphlib.TopologicalSorter(includes).prepare()
    except graphlib.CycleError as found:
        return found.args[1]
    return []


def main(root: pathlib.Path) -> int:
    faults = []
    rooms = house.rooms(root)
    built = [room for room in rooms if (root / "src" / room).is_dir()]
    if told(root) != built:
        faults.append(f"docs/architecture.md: its table of rooms is {' '.join(told(root))}, the rooms are {' '.join(built)}")
    for path in sorted((root / "src").rglob("*")):
        if path.suffix not in (".h", ".cpp"):
            continue
        room = path.relative_to(root / "src").parts[0]
        if room not in rooms:
            faults.append(f"{path}: '{room}' is not a room")
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            found = INCLUDE.match(line)
            if found and found[1] in rooms and rooms.index(found[1]) > rooms.index(room):
                faults.append(f"{path}:{number}: room '{room}' may not include room '{found[1]}'")
            if path == root / "src" / HEAVY_HEADER:
                continue  # whoever includes it includes Asio, and is looked at for that
            if (HEAVY.search(line) or f'"{HEAVY_HEADER}"' in line) and (path.suffix == ".h" or room not in ("web", "main")):
                faults.append(f"{path}:{number}: Boost.Asio and Beast belong in source files of 'web' only")
    for room in sorted(NO_CIRCLES & set(built)):
        if files := circle(root, room):
            faults.append(f"src/{room}: files include each other in a circle: {' <- '.join(files)}")
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
