#!/usr/bin/env python3
"""What notices say (src/notify/templates/NAME.VERSION.toml): refuses what is wrong with the templates, and makes C++ of them.

    notice_templates.py ROOT OUT.cpp

The form of a template, by example:

    meaning = "A message is there to be read."
    for = "notice"                 # notice, staff, service or code (TemplateFor in src/notify/templates.h)
    [fields]                       # what an order may give, and of which type: name, service, day, sentence
    agency = "name"
    [nb]                           # and nn, and en, with the same parts
    subject = "..."                # the same for all of this template: no fields
    text = "..."                   # paragraphs with an empty line between; one that names a field that was not given is left out
    several = "..."                # when {count} orders go as one; without it they never do
    bare = "..."                   # to an address that several people use: nothing but {site}; without it nothing goes there

A text may name {site} (the address to type), {recipient} (an organisation's name), {count} in several, {code} in a template for code, and the
fields declared, and each declared field stands in a text. There is no link in it and nothing that a mail program makes one of, and no HTML.
A template that was in a release is not changed: it gets a new version, and orders keep theirs.
"""
import pathlib
import re
import sys
import tomllib

LANGUAGES = ("nb", "nn", "en")
PARTS = ("subject", "text", "several", "bare")
TYPES = ("name", "service", "day", "sentence")
AUDIENCES = ("notice", "staff", "service", "code")
FILE = re.compile(r"([a-z][a-z_]*)\.([1-9][0-9]*)\.toml")
PLACE = re.compile(r"\{([^{}]*)\}")
LINK = re.compile(r"://|www\.|@|[<>]|\b[\w-]+\.(?:no|com|org|net|eu|io|dev)\b|mailto:|tel:", re.IGNORECASE)


def check(name: str, one: dict, faults: list[str]) -> None:
    def fault(what: str) -> None:
        faults.append(f"src/notify/templates/{name}: {what}")

    for key in sorted(one.keys() - {"meaning", "for", "fields", *LANGUAGES}):
        fault(f"'{key}' is nothing a template has")
    if not one.get("meaning"):
        fault("no meaning")
    if one.get("for") not in AUDIENCES:
        fault(f"for = one of {', '.join(AUDIENCES)}")
    fields = one.get("fields", {})
    for field, kind in fields.items():
        if kind not in TYPES:
            fault(f"field '{field}': a type is one of {', '.join(TYPES)}")
    parts = [part for part in PARTS if part in one.get("nb", {})]
    for language in LANGUAGES:
        words = one.get(language)
        if not isinstance(words, dict):
            fault(f"{language} is missing")
            continue
        if sorted(words) != sorted(parts) or not {"subject", "text"} <= words.keys():
            fault(f"{language} has {', '.join(words)}: subject and text, and else the same as nb")
        for part, text in words.items():
            if not isinstance(text, str) or not text.strip():
                fault(f"{language}.{part} is empty")
                continue
            allowed = {"subject": set(), "bare": {"site"}}.get(part, {"site", "recipient", *fields})
            if part == "several":
                allowed = allowed | {"count"}
            if part == "text" and one.get("for") == "code":
                allowed = allowed | {"code"}
            for place in PLACE.findall(text):
                if place not in allowed:
                    fault(f"{language}.{part} names {{{place}}}, which it may not")
            if "{" in PLACE.sub("", text) or "}" in PLACE.sub("", text):
                fault(f"{language}.{part} has a brace that belongs to no place")
            if LINK.search(text):
                fault(f"{language}.{part} has a link, or what becomes one")
        if part_missing := [part for part in ("several", "bare") if part in words and one.get("for") in ("code",)]:
            fault(f"{language}: a template for code has no {', '.join(part_missing)}")
    said = {place for language in LANGUAGES for text in one.get(language, {}).values() if isinstance(text, str) for place in PLACE.findall(text)}
    for field in fields.keys() - said:
        fault(f"field '{field}' stands in no text")


def literal(text: str) -> str:
    text = "\n\n".join(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def code(templates: list[tuple[str, int, dict]]) -> str:
    lines = ["#include <array>", "", '#include "notify/templates.h"', "", "namespace alting::notify {", "namespace {", ""]
    rows = []
    for name, version, one in templates:
        fields = "{}"
        if one.get("fields"):
            fields = f"fields_of_{name}_{version}"
            items = ", ".join(f'{{"{field}", FieldType::{kind}}}' for field, kind in one["fields"].items())
            lines.append(f"constexpr std::array<TemplateField, {len(one['fields'])}> {fields}{{{{{items}}}}};")
        words = ",\n     ".join("{" + ", ".join(literal(one[language].get(part, "")) for part in PARTS) + "}" for language in LANGUAGES)
        rows.append(f'    {{"{name}", {version}, TemplateFor::{one["for"]}, {fields},\n     {{{{{words}}}}}}},')
    lines += [f"constexpr std::array<Template, {len(rows)}> templates{{{{", *rows, "}};", "", "}  // namespace", ""]
    lines += ["std::span<const Template> all_templates() { return templates; }", "", "}  // namespace alting::notify", ""]
    return "\n".join(lines)


def main(root: pathlib.Path, out: pathlib.Path) -> int:
    faults: list[str] = []
    templates = []
    for path in sorted((root / "src/notify/templates").iterdir()):
        named = FILE.fullmatch(path.name)
        if not named:
            faults.append(f"src/notify/templates/{path.name}: a template is named NAME.VERSION.toml")
            continue
        try:
            one = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            faults.append(f"src/notify/templates/{path.name}: {error}")
            continue
        check(path.name, one, faults)
        templates.append((named[1], int(named[2]), one))
    for name in sorted({name for name, _, _ in templates}):
        versions = sorted(version for other, version, _ in templates if other == name)
        if versions != list(range(1, len(versions) + 1)):
            faults.append(f"src/notify/templates/{name}: versions are numbered on from 1, and those of a release stay")
    if faults:
        print("\n".join(faults))
        return 1
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(code(templates), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])))
