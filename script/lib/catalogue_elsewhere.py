"""What the catalogues say of data outside the tables: sealed documents and files, cookies, entries of the log, and the documents of app
folders (services/ORG/APP/config/catalogue.toml and retention.toml). See catalogue.py for the form.
"""
import json
import pathlib
import re

import catalogue
from catalogue_acts import Acts, is_text

COOKIE = re.compile(r'\{\s*CookieKind::\w+\s*,\s*"([^"]+)"[^}]*?(std::nullopt|base::Duration::\w+\(\d+\))\s*\}')
LIFETIME = re.compile(r"base::Duration::(hours|days)\((\d+)\)")


def check_documents(acts: Acts, where: str, file: dict, rules: dict, of_app: bool) -> None:
    for name, said in file.get("documents", {}).items():
        place = f"{where}: document {name}"
        fields = said.get("fields", {})
        lines = [fields] if isinstance(fields.get("personal"), bool) else list(fields.values())
        if not any(isinstance(line, dict) and line.get("personal") for line in lines):
            continue
        tables = said.get("stands_in", [])
        for table in tables:
            if table not in acts.said:
                acts.fault(place, f"stands_in: there is no table {table}")
        if of_app and not tables:
            acts.fault(place, "does not say in which tables it stands (stands_in)")
        if tables and not of_app:
            continue  # what holds for the tables holds for it
        check_own(acts, place, said, rules, fields if of_app else {}, of_app)


def check_own(acts: Acts, place: str, said: dict, rules: dict, fields: dict, of_app: bool) -> None:
    if not said.get("subject") and not is_text(said.get("unreachable")):
        acts.fault(place, "holds personal data: says whose it is (subject), or why nobody can be found by it (unreachable)")
    for subject in said.get("subject", []):
        if subject.get("kind") not in catalogue.KINDS:
            acts.fault(place, f"subject: kind is one of {', '.join(catalogue.KINDS)}")
        if subject.get("as", "party_id") not in catalogue.FORMS:
            acts.fault(place, f"subject: as is one of {', '.join(catalogue.FORMS)}")
        if "field" in subject and fields.get(subject["field"], {}).get("personal") is not True:
            acts.fault(place, f"subject: {subject['field']} is no personal field of it")
        for word in sorted(set(subject) - {"kind", "as", "field"}):
            acts.fault(place, f"unknown in subject: {word}")
    keepings = catalogue.keepings(said)
    if not keepings:
        acts.fault(place, "holds personal data, and does not say which rule ends it (rule, acts)")
    sentence = said.get("defaults", {}).get("retention") or said.get("fields", {}).get("retention") or ""
    spoken = {period.seconds for period in catalogue.periods_in(sentence if isinstance(sentence, str) else "")}
    for keeping in keepings:
        rule = rules.get(keeping.get("rule"))
        if rule is None:
            acts.fault(place, f"there is no rule {keeping.get('rule')}")
            continue
        acts.used_rules.add(keeping["rule"])
        if keeping.get("acts") not in (catalogue.ACTS_OF_DOCUMENTS if of_app else ("use", "kept")):
            acts.fault(place, "acts is one of " + (", ".join(catalogue.ACTS_OF_DOCUMENTS) if of_app else "use, kept: no job knows documents that are in no table"))
        if keeping.get("acts") == "purge" and not rule.get("starts"):
            acts.fault(place, f"what is purged has a rule with a period (starts): {keeping['rule']}")
        period = catalogue.period_from((rule.get("versions") or [{}])[-1].get("period"))
        if period is not None and period.seconds not in spoken:
            acts.fault(place, f"the rule {keeping['rule']} says {rule['versions'][-1]['period']}, and the sentence on retention does not")
    erasures = catalogue.erasures(said)
    if not erasures:
        acts.fault(place, "holds personal data, and does not say what erasing does (erase)")
    for erase in erasures:
        if "kept" in erase and is_text(erase["kept"]):
            continue
        if set(erase) != {"with"} or erase["with"] not in said.get("stands_in", []):
            acts.fault(place, "erase says which table of stands_in it goes with (with), or why it stays (kept)")


def check_cookies(acts: Acts, where: str, file: dict, root: pathlib.Path) -> None:
    source = root / "src/web/cookies.cpp"
    real = dict(COOKIE.findall(source.read_text(encoding="utf-8"))) if source.exists() else {}
    for name, said in file.get("cookies", {}).items():
        place = f"{where}: cookie {name}"
        rule = acts.rules.get(said.get("rule"))
        if rule is None:
            acts.fault(place, f"there is no rule {said.get('rule')}")
            continue
        acts.used_rules.add(said["rule"])
        period = catalogue.period_from((rule.get("versions") or [{}])[-1].get("period"))
        sets = LIFETIME.match(real.get(name, ""))
        sets_seconds = int(sets[2]) * catalogue.UNITS[sets[1].rstrip("s")] if sets else None
        says_seconds = period.seconds if period else None
        if says_seconds != sets_seconds:
            acts.fault(place, f"the rule {said['rule']} and src/web/cookies.cpp give it different lifetimes")


def check_entries(acts: Acts, where: str, events: dict) -> None:
    for name, said in events.get("events", {}).items():
        if f"ledger.{said.get('retention')}" not in acts.rules:
            acts.fault(f"{where}: {name}", f"there is no rule ledger.{said.get('retention')} in src/ledger/retention.toml")


FREE_TEXT = 100  # characters: a shorter one without codes is a reference or a rule's name, which the program fills in


def free_texts(schema: dict, node: dict, path: str = "") -> list[str]:
    """The fields of a model in which somebody may write what they like."""
    if "$ref" in node:
        node = schema.get("$defs", {}).get(node["$ref"].rsplit("/", 1)[-1], {})
    if "properties" in node:
        return [found for name, below in node["properties"].items() for found in free_texts(schema, below, f"{path}.{name}" if path else name)]
    if node.get("type") == "array":
        return free_texts(schema, node.get("items", {}), path)
    kinds = node.get("type") if isinstance(node.get("type"), list) else [node.get("type")]
    is_free = "string" in kinds and not {"enum", "const", "format"} & set(node) and node.get("maxLength", FREE_TEXT + 1) > FREE_TEXT
    return [path] if is_free else []


def check_flags(acts: Acts, where: str, folder: pathlib.Path, file: dict) -> None:
    for name, said in file.get("documents", {}).items():
        model = folder / "models" / f"{name}.schema.json"
        if not model.exists():
            continue
        schema = json.loads(model.read_text(encoding="utf-8"))
        for path in sorted(set(free_texts(schema, schema))):
            if said.get("fields", {}).get(path, {}).get("personal") is False:
                acts.fault(f"{where}: document {name}", f"{path} is a text that one is free to write, so it is personal")


def check_apps(acts: Acts, root: pathlib.Path) -> None:
    for path in sorted(root.glob("services/*/*/config/catalogue.toml")):
        where = str(path.relative_to(root))
        own = Acts([], acts.faults)
        file = catalogue.read(path, acts.faults, root)
        rules_path = path.with_name("retention.toml")
        rules = catalogue.read(rules_path, acts.faults, root)
        own.add_rules(path.parent.parent.name, str(rules_path.relative_to(root)), rules)
        own.said = acts.said
        check_documents(own, where, file, own.rules, of_app=True)
        check_flags(own, where, path.parent.parent, file)
        for rule in sorted(set(own.rules) - own.used_rules):
            acts.fault(f"{rules_path.relative_to(root)}: rule {rule}", "nothing is kept by it")
