#!/usr/bin/env python3
"""Fails when something a room brings is not in src/main/rooms.cpp, where rooms are put together.

Looked for in src/ROOM (tests, fuzz targets and stand-ins aside): its migrations; its catalogue of personal data; `background_jobs(`, `subscriptions(` and what counts in
`base::Metrics` (`count_...(base::Metrics& metrics, ...)`) in the headers background.h and *_metrics.h; its settings, functions of settings.h that answer rows; and every constant of type
`store::Topic`, which must also stand in the room's array `topics`. A topic made in another way than as such a constant is a fault: a
program that starts knows only of constants that somebody delivers each of them.
"""
import pathlib
import re
import sys

import house

TOPICS = re.compile(r"\bTopic\s+(?:const\s+)?([A-Za-z_]\w*\s*[={(\[][^;]*);")  # whatever stands before: constexpr, const, static
TOPIC = re.compile(r"\b([A-Za-z_]\w*)\s*[={(\[]")
INSIDE = re.compile(r"\{[^{}]*\}|\([^()]*\)")
TOPIC_MADE = re.compile(r"\bTopic\s*[{(,>]")  # a value without a name, or one among others
LISTED = re.compile(r"\bstd::array\s+topics\s*\{([^}]*)\}")
EMITTED = re.compile(r"\bemit\(\s*tx\s*,[^,;]*,[^,;]*,\s*[{\"]")
SETTINGS = re.compile(r"\bstd::vector<base::Setting>\s+([a-z_]+)\(")
OFFERED = re.compile(r"\b(background_jobs|subscriptions|count_[a-z_]+)\(([^;]*)\)\s*;")


def without_values(definition: str) -> str:
    """`a{.name = "x"}, b{...}` as `a{ }, b{ }`, so that only what is defined is left to be found."""
    return INSIDE.sub(lambda found: f"{found[0][0]} {found[0][-1]}", definition)


def offers(text: str) -> set[str]:
    """The functions of a header whose answers `main` must take."""
    return {name for name, parameters in OFFERED.findall(text)
            if not name.startswith("count_") or re.match(r"\s*base::Metrics&", parameters)}


def main(root: pathlib.Path) -> int:
    faults = []
    plugged = house.code(root / "src/main/rooms.cpp")
    for room in house.rooms(root):
        folder = root / "src" / room
        if not folder.is_dir() or room == "main":
            continue
        wanted = {"migrations"} if list((folder / "migrations").glob("*.sql")) else set()
        if (folder / "catalogue.toml").exists():
            wanted.add("room_catalogue")
        constants, listed = {}, set()
        for path in house.sources(root, room):
            text = house.code(path)
            where = path.relative_to(root)
            if path.name == "background.h" or path.name.endswith("_metrics.h"):
                wanted |= offers(text)
            if path.name == "settings.h":
                wanted |= set(SETTINGS.findall(text))
            for definition in TOPICS.findall(text):
                constants |= {name: where for name in TOPIC.findall(without_values(definition))}
            for names in LISTED.findall(text):
                listed |= set(re.findall(r"&(\w+)", names))
            if room != "store" and (TOPIC_MADE.search(text) or EMITTED.search(text)):
                faults.append(f"{where}: a topic of the outbox is a constexpr constant with a name (store/outbox.h)")
        for name, where in sorted(constants.items()):
            if name not in listed:
                faults.append(f"{where}: the topic '{name}' is not in the array `topics` of its room")
        if constants:
            wanted.add("topics")
        for name in sorted(wanted):
            if not re.search(rf"\b{room}::{name}\b", plugged):
                faults.append(f"src/main/rooms.cpp: {room}::{name} is missing: what the room brings is not plugged in")
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
