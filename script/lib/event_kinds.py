#!/usr/bin/env python3
"""The kinds of entries the log can have: reads src/ROOM/events.toml of every room, refuses what is wrong with them, makes the C++.

    event_kinds.py [ROOT]                  checks everything; the build does so each time
    event_kinds.py ROOT --make FOLDER      writes event_kinds.h, event_parameters.h and event_table.cpp (cmake/EventKinds.cmake)
    event_kinds.py ROOT --write-list       writes the list for monitors into docs/monitor.md

The form of an events.toml, by example; it stands in the room that speaks the kinds:

    [defaults]                             # what the personal parameters of this file have in common; each may say otherwise
    whose = "the one who gets the access"  # whose data it is
    controller = "operator"                # or "app.org": the agency whose form it is
    purpose = "..."
    legal_basis = "..."
    source = "..."                         # where it comes from
    recipients = "..."

    [events."access.delegated"]
    meaning = "A role was given to another person."    # in docs/monitor.md, for all the world
    retention = "lasting"                              # or "passing": reads, sessions, runs (src/ledger/event_kind.h)
    of_agency = false                                  # an act of an agency's staff, shown as such to the party
    [events."access.delegated".parameters]
    recipient = { personal = true, meaning = "party uuid of the one who got it" }
    role = { personal = false, meaning = "code of the role" }

A parameter is a string or an integer below 2^53, or a list or object of such. One that holds a name, an identity number, an address or
free text is personal: it stands salted in the entry, and a name is personal in all kinds or in none. How long it is kept is said by the
kind's retention (src/ledger/retention.toml), and how it is erased by the ledger's catalogue: in no other way than with its entry. Kinds and parameters stand in the order
of their names. The titles of a kind are texts, `event.access.delegated` in texts/*.{nb,nn,en}.toml.

What is declared must be used: a source of that room, or of one that may include it (src/rooms.txt), names the kind other than to compare
with it, and sets each of its parameters with `set(ledger::parameter::NAME, ...)`. That is looked for by the words, in the sources that
name the kind, tests, fuzz targets and benchmarks left out; so it can take a parameter for set that only another kind of the same source
sets.
"""
import argparse
import collections
import dataclasses
import pathlib
import re
import sys

import house
from catalogue import CONTROLLERS
from event_kinds_code import BEGIN, END, make, with_list, write_if_changed
from texts_complete import LANGUAGES, flat, tomllib

KIND = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
PARAMETER = re.compile(r"[a-z][a-z0-9_]*")
RETENTIONS = ("lasting", "passing")
PRIVACY = ("whose", "controller", "purpose", "legal_basis", "source", "recipients")
# The parameters' names that C++ keeps for itself get an underscore: parameter::register_.
KEYWORDS = frozenset("""alignas alignof and asm auto bool break case catch char class concept const consteval constexpr constinit continue
    decltype default delete do double else enum explicit export extern false float for friend goto if inline int long mutable namespace new
    noexcept not nullptr operator or private protected public register requires return short signed sizeof static struct switch template
    this throw true try typedef typeid typename union unsigned using virtual void volatile while xor""".split())

LIST = "docs/monitor.md"


@dataclasses.dataclass(frozen=True)
class Parameter:
    name: str
    personal: bool
    meaning: str
    privacy: dict[str, str]  # of a personal one, with the defaults of its file: the words of PRIVACY

    @property
    def identifier(self) -> str:
        return self.name + "_" if self.name in KEYWORDS else self.name


@dataclasses.dataclass(frozen=True)
class Kind:
    name: str
    room: str
    meaning: str
    retention: str
    of_agency: bool
    parameters: tuple[Parameter, ...]

    @property
    def identifier(self) -> str:
        return self.name.replace(".", "_")

    @property
    def text_id(self) -> str:
        return f"event.{self.name}"


def is_said(value: object) -> bool:
    """Words on one line, which can stand in C++ and in a table of Markdown."""
    return isinstance(value, str) and bool(value.strip()) and value.isprintable() and "|" not in value


def unsorted(names: list[str]) -> str | None:
    return next((later for earlier, later in zip(names, names[1:]) if later < earlier), None)


class Reader:
    """Reads the files of all rooms. What is wrong is told in `faults`, and left out or taken as far as it goes."""

    def __init__(self, root: pathlib.Path, faults: list[str]):
        self.root, self.faults = root, faults

    def kinds(self) -> list[Kind]:
        kinds = [kind for path in sorted((self.root / "src").glob("*/events.toml")) for kind in self.of_file(path)]
        kinds.sort(key=lambda kind: kind.name)
        for one, other in zip(kinds, kinds[1:]):
            if one.name == other.name:
                self.faults.append(f"{one.name}: declared in src/{one.room}/events.toml and in src/{other.room}/events.toml")
        for name, same in self.together((kind.identifier, kind.name) for kind in kinds).items():
            if len(same) > 1:
                self.faults.append(f"{' and '.join(sorted(same))}: both would be EventKind::{name}")
        for name, said in self.together((parameter.name, parameter.personal) for kind in kinds for parameter in kind.parameters).items():
            if len(said) > 1:
                self.faults.append(f"parameter '{name}': personal in one kind, and not in another: give it two names")
        return kinds

    @staticmethod
    def together(pairs) -> dict[str, set]:
        found = collections.defaultdict(set)
        for key, value in pairs:
            found[key].add(value)
        return found

    def of_file(self, path: pathlib.Path) -> list[Kind]:
        short = path.relative_to(self.root)
        if path.parent.name not in house.rooms(self.root):
            self.faults.append(f"{short}: '{path.parent.name}' is not a room")
        try:
            said = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            self.faults.append(f"{short}: {error}")
            return []
        self.unknown(str(short), said, ("defaults", "events"))
        defaults, events = (self.table(f"{short}: {name}", said.get(name, {})) for name in ("defaults", "events"))
        self.unknown(f"{short}: defaults", defaults, PRIVACY)
        if (late := unsorted(list(events))) is not None:
            self.faults.append(f"{short}: {late}: is not in the order of the names")
        return [self.kind(f"{short}: {name}", path.parent.name, name, self.table(f"{short}: {name}", events[name]), defaults)
                for name in events]

    def kind(self, where: str, room: str, name: str, said: dict, defaults: dict) -> Kind:
        self.unknown(where, said, ("meaning", "retention", "of_agency", "parameters"))
        if not KIND.fullmatch(name):
            self.faults.append(f"{where}: a kind is named what.happened, in small letters")
        self.meaning(where, said)
        if said.get("retention") not in RETENTIONS:
            self.faults.append(f"{where}: retention is one of {', '.join(RETENTIONS)}")
        if not isinstance(said.get("of_agency"), bool):
            self.faults.append(f"{where}: says not whether it is an agency's act (of_agency = true or false)")
        parameters = self.table(f"{where}: parameters", said.get("parameters", {}))
        if (late := unsorted(list(parameters))) is not None:
            self.faults.append(f"{where}: parameter '{late}': is not in the order of the names")
        return Kind(name, room, str(said.get("meaning")), str(said.get("retention")), said.get("of_agency") is True,
                    tuple(self.parameter(f"{where}: parameter '{one}'", one, parameters[one], defaults) for one in parameters))

    def parameter(self, where: str, name: str, line: object, defaults: dict) -> Parameter:
        line = self.table(where, line)
        self.unknown(where, line, ("personal", "meaning", *PRIVACY))
        if not PARAMETER.fullmatch(name):
            self.faults.append(f"{where}: is named in small letters, figures and _")
        self.meaning(where, line)
        if not isinstance(line.get("personal"), bool):
            self.faults.append(f"{where}: says not whether it is personal (personal = true or false)")
        personal = line.get("personal") is True
        privacy = {word: value for word, value in {**defaults, **line}.items() if word in PRIVACY} if personal else {}
        if personal:
            missing = [word for word in PRIVACY if not is_said(privacy.get(word))]
            if missing:
                self.faults.append(f"{where}: personal, but does not say {', '.join(missing)}")
            elif privacy["controller"] not in CONTROLLERS:
                self.faults.append(f"{where}: controller is one of {', '.join(CONTROLLERS)}")
        return Parameter(name, personal, str(line.get("meaning")), privacy)

    def meaning(self, where: str, said: dict) -> None:
        if not is_said(said.get("meaning")):
            self.faults.append(f"{where}: does not say its meaning, in words on one line")

    def table(self, where: str, value: object) -> dict:
        if isinstance(value, dict):
            return value
        self.faults.append(f"{where}: is no table")
        return {}

    def unknown(self, where: str, said: dict, known: tuple[str, ...]) -> None:
        for word in said:
            if word not in known:
                self.faults.append(f"{where}: unknown key '{word}'")


def load(root: pathlib.Path, faults: list[str]) -> list[Kind]:
    """The kinds of all rooms, in the order of their names."""
    return Reader(root, faults).kinds()


def titles(root: pathlib.Path, kinds: list[Kind], faults: list[str]) -> dict[str, list[str]]:
    """The titles of each kind in the order of LANGUAGES, from whatever area of texts/ has them."""
    found: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for language in LANGUAGES:
        for path in sorted((root / "texts").glob(f"*.{language}.toml")):
            try:
                words = flat(tomllib.loads(path.read_text(encoding="utf-8")))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                faults.append(f"texts/{path.name}: {error}")
                continue
            found[language].update({name: text for name, text in words.items() if name.startswith("event.")})
    declared = {kind.text_id for kind in kinds}
    for name in sorted(set().union(*found.values()) - declared):
        faults.append(f"texts/: '{name}' is the title of no kind of entry")
    for kind in kinds:
        for language in LANGUAGES:
            title = found[language].get(kind.text_id)
            if not isinstance(title, str) or not title.strip() or not title.isprintable() or "{" in title:
                faults.append(f"{kind.name}: no title in {language}: '{kind.text_id}' in texts/*.{language}.toml, without {{places}}")
    return {kind.name: [str(found[language].get(kind.text_id)) for language in LANGUAGES] for kind in kinds}


# --- What is declared and used by nobody.

COMPARED = re.compile(r"(?:[=!]=|\bcase)\s*(?:ledger::)?EventKind::\w+|\bEventKind::\w+\s*[=!]=")
NAMED = re.compile(r"\bEventKind::([a-z]\w*)")
SET = re.compile(r"\bset\(\s*(?:ledger::)?parameter::(\w+)")
BY_HAND = re.compile(r"\b(?:parameters|personal)\s*\.\s*(?:set|push_back|emplace_back)\s*\(|\.\s*(?:parameters|personal)\s*=[^=]")


def unused(root: pathlib.Path, kinds: list[Kind], faults: list[str]) -> None:
    spoken: dict[str, set[str]] = {}  # by the kind's identifier: the parameters set in the sources that speak it
    rooms = house.rooms(root)
    homes = {kind.identifier: kind.room for kind in kinds}
    for path in house.sources(root):
        if path.stem == "bench":
            continue
        content = house.code(path)
        named = set(NAMED.findall(COMPARED.sub("", content)))
        if not named:
            continue
        short = path.relative_to(root)
        for one in sorted(named):
            spoken.setdefault(one, set()).update(SET.findall(content))
            if {homes.get(one), short.parts[1]} <= set(rooms) and rooms.index(short.parts[1]) < rooms.index(homes[one]):
                faults.append(f"{short}: speaks EventKind::{one}, which is declared in a room that it may not include: {homes[one]}")
        if BY_HAND.search(content):
            faults.append(f"{short}: sets parameters of an entry by hand: use its set(ledger::parameter::NAME, ...)")
    for kind in kinds:
        where = f"src/{kind.room}/events.toml: {kind.name}"
        if kind.identifier not in spoken:
            faults.append(f"{where}: nobody speaks it: no source names EventKind::{kind.identifier} to write an entry")
            continue
        for parameter in kind.parameters:
            if parameter.identifier not in spoken[kind.identifier]:
                faults.append(f"{where}: parameter '{parameter.name}': nobody sets it: no source that names EventKind::{kind.identifier} "
                              f"says set(ledger::parameter::{parameter.identifier}, ...)")


def main(words: list[str]) -> int:
    options = argparse.ArgumentParser(description="The kinds of entries the log can have.")
    options.add_argument("root", nargs="?", default=".", type=pathlib.Path)
    options.add_argument("--make", metavar="FOLDER", type=pathlib.Path)
    options.add_argument("--write-list", action="store_true")
    given = options.parse_args(words)
    root, faults = given.root.resolve(), []
    kinds = load(root, faults)
    titles_of = titles(root, kinds, faults)
    page = root / LIST
    written = page.read_text(encoding="utf-8") if page.exists() else ""
    if not faults and given.make:
        make(given.make, kinds, titles_of)
    elif not faults and given.write_list:
        if (wanted := with_list(written, kinds)) is None:
            faults.append(f"{LIST}: has no place for the list, between {BEGIN.strip()} and {END}")
        else:
            write_if_changed(page, wanted)
    elif not given.make:
        unused(root, kinds, faults)
        if with_list(written, kinds) != written:
            faults.append(f"{LIST}: does not have the kinds of entries as they are: python3 script/lib/event_kinds.py . --write-list")
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
