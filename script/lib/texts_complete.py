#!/usr/bin/env python3
"""Fails when a text is missing in one of the three languages, is empty, or has other places ({name}) than its translations.

Looks at the portal's words (texts/AREA.{nb,nn,en}.toml), the forms' (services/*/*/config/texts/resource.{nb,nn,en}.json), and at
titles and labels written in place in a form's other files ({"nb": ..., "nn": ..., "en": ...}).
"""
import collections
import json
import pathlib
import re
import sys
import tomllib

LANGUAGES = ("nb", "nn", "en")
PLACE = re.compile(r"\{([A-Za-z_0-9]+)\}")


def flat(table: dict, prefix: str = "") -> dict[str, str]:
    found = {}
    for key, value in table.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            found.update(flat(value, name + "."))
        else:
            found[name] = value
    return found


def compare(where: str, texts: dict[str, dict[str, str]], faults: list[str]) -> None:
    ids = set().union(*texts.values())
    for name in sorted(ids):
        for language in LANGUAGES:
            text = texts[language].get(name)
            if text is None:
                faults.append(f"{where}: {language} lacks '{name}'")
            elif not isinstance(text, str) or not text.strip():
                faults.append(f"{where}: {language} has an empty '{name}'")
        places = {language: sorted(set(PLACE.findall(texts[language].get(name) or ""))) for language in LANGUAGES}
        if all(name in texts[language] for language in LANGUAGES) and len({tuple(one) for one in places.values()}) > 1:
            faults.append(f"{where}: '{name}' has places {places}")


def areas(root: pathlib.Path, faults: list[str]) -> None:
    seen: dict[str, str] = {}
    for area in sorted({path.name.split(".")[0] for path in (root / "texts").glob("*.toml")}):
        texts = {}
        for language in LANGUAGES:
            path = root / "texts" / f"{area}.{language}.toml"
            if not path.exists():
                faults.append(f"texts/{area}: no file for {language}")
                texts[language] = {}
                continue
            try:
                texts[language] = flat(tomllib.loads(path.read_text(encoding="utf-8")))
            except tomllib.TOMLDecodeError as error:
                faults.append(f"{path.relative_to(root)}: {error}")
                texts[language] = {}
        for name in texts["nb"]:
            if name in seen:
                faults.append(f"texts/{area}: '{name}' is in texts/{seen[name]} too")
            seen[name] = area
        compare(f"texts/{area}", texts, faults)


def resources(folder: pathlib.Path, where: str, faults: list[str]) -> None:
    texts = {}
    for language in LANGUAGES:
        path = folder / "config/texts" / f"resource.{language}.json"
        if not path.exists():
            faults.append(f"{where}: no config/texts/resource.{language}.json")
            texts[language] = {}
            continue
        content = json.loads(path.read_text(encoding="utf-8"))
        if content.get("language") != language:
            faults.append(f"{where}: resource.{language}.json says its language is '{content.get('language')}'")
        rows = content["resources"]
        for name, count in collections.Counter(row["id"] for row in rows).items():
            if count > 1:
                faults.append(f"{where}: resource.{language}.json has '{name}' {count} times")
        texts[language] = {row["id"]: row["value"] for row in rows}
    compare(where, texts, faults)


def in_place(value: object, where: str, faults: list[str]) -> None:
    if isinstance(value, dict):
        some = [language for language in LANGUAGES if isinstance(value.get(language), str)]
        if some and len(some) < len(LANGUAGES):
            faults.append(f"{where}: a text in {', '.join(some)} only: {json.dumps(value, ensure_ascii=False)[:120]}")
        for child in value.values():
            in_place(child, where, faults)
    elif isinstance(value, list):
        for child in value:
            in_place(child, where, faults)


def main(root: pathlib.Path) -> int:
    faults: list[str] = []
    areas(root, faults)
    for folder in sorted(root.glob("services/*/*")):
        if not folder.is_dir():
            continue
        where = str(folder.relative_to(root))
        resources(folder, where, faults)
        for path in sorted(folder.rglob("*.json")):
            in_place(json.loads(path.read_text(encoding="utf-8")), str(path.relative_to(root)), faults)
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
