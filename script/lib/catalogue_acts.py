"""Whether what a program acts on in the catalogues is true: subjects, rules, erasures, keys and files. See catalogue.py for the form.

Every table, column, rule and kind that is named must exist, each table with personal columns must say all of it, what goes with another
must end somewhere, and the sentences for people may not speak of another time than the rule.
"""
import datetime
import re

import catalogue
import house

LOOKS_LIKE_KEY = re.compile(r"(?:^|_)key(?:_id)?$|^key_")
LOOKS_LIKE_BLOB = re.compile(r"(?:^|_)blob(?:_name)?$")
CODE = re.compile(r"^[a-z][a-z_]{2,39}$")
JOB_IN_TEXT = re.compile(r"\bthe job ([a-z]+_[a-z_]+)")
RULE_WORDS = {"meaning", "counts_from", "counts_in", "starts", "ends_when", "versions"}
VERSION_WORDS = {"from", "period", "law", "why", catalogue.TO_CONFIRM}
ERASE_WORDS = {"row", "empty", "key", "holder", "with", "on", "when", "through", "kept"}
TABLE_WORDS = {"meaning", "readers", "subject", "unreachable", "rule", "acts", "job", "rules", "erase", "defaults", "columns", "copies", "database"}


def is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


class Acts:
    """The tables there are, what all catalogues say of them, and the rules of all rooms."""

    def __init__(self, tables: list[house.Table], faults: list[str]):
        self.real = {table.name: table for table in tables}
        self.faults = faults
        self.said: dict[str, dict] = {}
        self.rules: dict[str, dict] = {}
        self.used_rules: set[str] = set()
        self.row_jobs: dict[str, str] = {}
        self.room_jobs: set[str] = set()
        self.in_sentences: list[tuple[str, str]] = []

    def fault(self, where: str, what: str) -> None:
        self.faults.append(f"{where}: {what}")

    # --- rules -----------------------------------------------------------------------------------------------------------

    def add_rules(self, room: str, where: str, file: dict) -> None:
        for name, rule in file.get("rules", {}).items():
            place = f"{where}: rule {name}"
            if not name.startswith(f"{room}."):
                self.fault(place, f"the rules of this room begin with \"{room}.\"")
            if name in self.rules:
                self.fault(place, "there is another of this name")
            self.rules[name] = rule
            self.check_rule(place, rule)

    def check_rule(self, place: str, rule: dict) -> None:
        for word in sorted(set(rule) - RULE_WORDS):
            self.fault(place, f"unknown: {word}")
        if not is_text(rule.get("meaning")):
            self.fault(place, "does not say its meaning")
        begins = [word for word in ("counts_from", "starts", "ends_when") if is_text(rule.get(word))]
        if len(begins) != 1:
            self.fault(place, "says one of counts_from, starts and ends_when")
        if rule.get("counts_in", "microseconds") not in ("microseconds", "hours"):
            self.fault(place, "counts_in is microseconds or hours")
        versions = rule.get("versions")
        if not isinstance(versions, list) or not versions:
            self.fault(place, "has no dated version: [[rules.\"...\".versions]] with from, law and why")
            return
        counts = begins != ["ends_when"]
        before = None
        for version in versions:
            for word in sorted(set(version) - VERSION_WORDS):
                self.fault(place, f"unknown in a version: {word}")
            start = version.get("from")
            if not isinstance(start, datetime.date) or isinstance(start, datetime.datetime):
                self.fault(place, "a version does not say from which day it is in force (from = 2026-01-01)")
            elif before is not None and start <= before:
                self.fault(place, "the versions are not in the order of their days")
            else:
                before = start
            for word in ("law", "why"):
                if not is_text(version.get(word)):
                    self.fault(place, f"a version does not say {word}")
            if counts and catalogue.period_from(version.get("period")) is None:
                self.fault(place, "a version does not say its period (\"24 hours\", \"1 year\")")
            if not counts and "period" in version:
                self.fault(place, "what people end has no period")

    # --- tables ----------------------------------------------------------------------------------------------------------

    def add_tables(self, where: str, file: dict) -> None:
        for name, said in file.get("tables", {}).items():
            if name in self.real:
                self.said[name] = {"where": f"{where}: {name}", "file_defaults": file.get("defaults", {}), **said}

    def check_tables(self) -> None:
        for name, said in self.said.items():
            self.check_table(self.real[name], said)
        for rule in sorted(set(self.rules) - self.used_rules):
            self.fault(f"rule {rule}", "nothing is kept by it")
        jobs = set(self.row_jobs) | self.room_jobs
        for place, code in self.in_sentences:
            if code not in jobs:
                self.fault(place, f"speaks of the job {code}, which no rule is carried out by")

    def check_table(self, table: house.Table, said: dict) -> None:
        where = said["where"]
        for word in sorted(set(said) - TABLE_WORDS - {"where", "file_defaults"}):
            self.fault(where, f"unknown: {word}")
        if (said.get("database", "main") == "keystore") != (table.database == "keystore"):
            self.fault(where, "database = \"keystore\" is said of the keystore's tables, and of no others")
        personal = catalogue.personal_columns(said)
        if personal or "subject" in said or "unreachable" in said:
            self.check_subjects(where, table, said)
        keepings = catalogue.keepings(said)
        if personal and not keepings:
            self.fault(where, "holds personal data, and does not say which rule ends it (rule, acts)")
        for keeping in keepings:
            self.check_keeping(where, table, said, keeping)
        erasures = catalogue.erasures(said)
        if personal and not erasures:
            self.fault(where, "holds personal data, and does not say what erasing does (erase)")
        for erase in erasures:
            self.check_erasure(where, table, said, erase)
        for column in table.columns:
            self.check_names(where, table, column, said.get("columns", {}).get(column, {}))
        self.check_flags(where, table, personal)
        self.check_sentences(where, said, keepings)

    def check_subjects(self, where: str, table: house.Table, said: dict) -> None:
        subjects = said.get("subject", [])
        if ("unreachable" in said) == bool(subjects):
            self.fault(where, "holds personal data: says whose its rows are (subject), or why nobody can be found by them (unreachable)")
        if "unreachable" in said and not is_text(said["unreachable"]):
            self.fault(where, "does not say why nobody can be found by its rows")
        for subject in subjects if isinstance(subjects, list) else []:
            for word in sorted(set(subject) - {"column", "kind", "as", "in", "by"}):
                self.fault(where, f"unknown in subject: {word}")
            if subject.get("kind") not in catalogue.KINDS:
                self.fault(where, f"subject: kind is one of {', '.join(catalogue.KINDS)}")
            if subject.get("as", "party_id") not in catalogue.FORMS:
                self.fault(where, f"subject: as is one of {', '.join(catalogue.FORMS)}")
            other = table
            if "in" in subject:
                other = self.real.get(subject["in"])
                if other is None:
                    self.fault(where, f"subject: there is no table {subject['in']}")
                    continue
                if subject.get("by") not in other.columns or subject.get("by") not in table.columns:
                    self.fault(where, f"subject: {subject.get('by')} is not a column of both {table.name} and {other.name}")
            elif "by" in subject:
                self.fault(where, "subject: by joins another table, say which (in)")
            if subject.get("column") not in other.columns:
                self.fault(where, f"subject: {other.name} has no column {subject.get('column')}")
            elif other is table and subject["column"] not in catalogue.personal_columns(said):
                self.fault(where, f"subject: {subject['column']} says who it is, so it is personal")

    def check_flags(self, where: str, table: house.Table, personal: list[str]) -> None:
        """Who did something is personal; so is when they did."""
        for column in table.columns:
            if column.endswith("_by") and (when := column[:-3] + "_at") in table.columns and column in personal and when not in personal:
                self.fault(where, f"{when} says when {column} did it, so it is personal")

    def check_keeping(self, where: str, table: house.Table, said: dict, keeping: dict) -> None:
        for word in sorted(set(keeping) - {"rule", "acts", "job"}):
            self.fault(where, f"unknown in rules: {word}")
        name, acts, job = keeping.get("rule"), keeping.get("acts"), keeping.get("job")
        rule = self.rules.get(name)
        if rule is None:
            self.fault(where, f"there is no rule {name}")
        else:
            self.used_rules.add(name)
        if acts not in catalogue.ACTS:
            self.fault(where, f"acts is one of {', '.join(catalogue.ACTS)}")
            return
        if (acts in ("rows", "room")) != (job is not None):
            self.fault(where, f"acts = \"{acts}\" {'wants the code of a job (job)' if job is None else 'has no job'}")
        if job is not None and not CODE.match(str(job)):
            self.fault(where, "the code of a job is small letters and _")
        if rule is not None and is_text(rule.get("counts_from")) and rule["counts_from"] not in self.columns_with(table, said):
            self.fault(where, f"the rule {name} counts from {rule['counts_from']}, which is no column of it")
        if acts == "room" and job is not None:
            self.room_jobs.add(job)
        if acts == "rows":
            self.check_rows(where, table, said, rule, job)

    def columns_with(self, table: house.Table, said: dict) -> list[str]:
        """Its own columns, and those of the tables it goes with."""
        others = [self.real[erase["with"]] for erase in catalogue.erasures(said) if erase.get("with") in self.real]
        return [column for one in [table, *others] for column in one.columns]

    def check_rows(self, where: str, table: house.Table, said: dict, rule: dict | None, job: str | None) -> None:
        if job in self.row_jobs:
            self.fault(where, f"the job {job} ends the rows of {self.row_jobs[job]}")
        self.row_jobs[job] = table.name
        if table.database == "keystore":
            self.fault(where, "rows of the keystore are ended by its own code (acts = \"room\")")
        counts_from = rule.get("counts_from") if rule else None
        if rule is not None and not counts_from:
            self.fault(where, "a job can end rows by a rule that counts from a column only (counts_from)")
        if counts_from and not any(index[:1] == (counts_from,) for index in table.indexes):
            self.fault(where, f"no index begins with {counts_from}: the job would read the whole table")
        erasures = catalogue.erasures(said)
        if not erasures or not all(erase == {"row": True} for erase in erasures):
            self.fault(where, "a job deletes whole rows (erase = \"row\"): what has keys, conditions or other rows with it is ended by its room")
        along = [name for name, other in self.said.items() if any(erase.get("with") == table.name for erase in catalogue.erasures(other))]
        if along:
            self.fault(where, f"the rows of {' and '.join(along)} go with these (erase.with), and would stay: "
                              "what has other rows with it is ended by its room")

    def check_erasure(self, where: str, table: house.Table, said: dict, erase: dict) -> None:
        for word in sorted(set(erase) - ERASE_WORDS):
            self.fault(where, f"unknown in erase: {word}")
        if not set(erase) & {"row", "empty", "key", "with", "kept"}:
            self.fault(where, "erase says row, empty, key, with or kept")
        if "kept" in erase and (not is_text(erase["kept"]) or len(erase) > 1):
            self.fault(where, "erase: kept says why, and nothing beside it")
        for column in erase.get("empty", []):
            self.check_emptied(where, table, column)
        self.check_key(where, table, said, erase)
        if "when" in erase:
            self.check_when(where, table, erase["when"])
        if "through" in erase and erase["through"] not in catalogue.THROUGH:
            self.fault(where, f"erase: through is one of {', '.join(catalogue.THROUGH)}")
        if "with" in erase:
            self.check_with(where, table, erase)
        elif "on" in erase:
            self.fault(where, "erase: on is for with")

    def check_when(self, where: str, table: house.Table, when: object) -> None:
        # The program knows one condition: a second would be forgotten, and more rows erased than are meant.
        if not isinstance(when, dict) or len(when) != 1 or not all(isinstance(value, str) for value in when.values()):
            self.fault(where, "erase: when is one column and the text it holds (when = { state = \"draft\" })")
            return
        for column in when:
            if column not in table.columns:
                self.fault(where, f"erase: when names {column}, which is no column of it")
            elif table.types[table.columns.index(column)] != "TEXT":
                self.fault(where, f"erase: when names {column}, which holds no text to compare with")

    def check_emptied(self, where: str, table: house.Table, column: str) -> None:
        if column not in table.columns:
            self.fault(where, f"erase: empty names {column}, which is no column of it")
        elif column in table.key:
            self.fault(where, f"erase: {column} is part of the key and cannot be emptied")
        elif column not in table.nullable and table.types[table.columns.index(column)] == "BIGINT":
            self.fault(where, f"erase: {column} is a number that must be there and cannot be emptied")

    def check_key(self, where: str, table: house.Table, said: dict, erase: dict) -> None:
        if "key" not in erase:
            if "holder" in erase:
                self.fault(where, "erase: a holder without a key")
            return
        line = said.get("columns", {}).get(erase["key"], {})
        if erase["key"] not in table.columns or line.get("names") != "key":
            self.fault(where, f"erase: {erase['key']} is no column of it that names a key (names = \"key\")")
        if not is_text(erase.get("holder")):
            self.fault(where, "erase: does not say for which holder the key is erased")
        for column in catalogue.placeholders(str(erase.get("holder", ""))):
            if column not in table.columns:
                self.fault(where, f"erase: the holder names {column}, which is no column of it")

    def check_with(self, where: str, table: house.Table, erase: dict) -> None:
        other = self.real.get(erase["with"])
        if other is None:
            self.fault(where, f"erase: there is no table {erase['with']}")
            return
        on = erase.get("on", [])
        if not on or any(column not in table.columns or column not in other.columns for column in on):
            self.fault(where, f"erase: on names columns that {table.name} and {other.name} both have")
        seen, names = {table.name}, [other.name]
        while names:  # every way must end at rows that are deleted or emptied for a reason of their own
            name = names.pop()
            if name in seen:
                self.fault(where, f"erase: it goes with {erase['with']}, which goes with it")
                return
            seen.add(name)
            further = catalogue.erasures(self.said.get(name, {}))
            if any(one.get("row") or one.get("empty") or one.get("key") for one in further):
                return
            names += [one["with"] for one in further if "with" in one]
        self.fault(where, f"erase: it goes with {erase['with']}, which nothing erases")

    def check_names(self, where: str, table: house.Table, column: str, line: dict) -> None:
        names = line.get("names") if isinstance(line, dict) else None
        if names is not None and names not in catalogue.NAMES:
            self.fault(f"{where}.{column}", f"names is one of {', '.join(catalogue.NAMES)}")
        if table.database == "keystore":
            return
        looks = "key" if LOOKS_LIKE_KEY.search(column) else "blob" if LOOKS_LIKE_BLOB.search(column) else None
        if looks and names is None:
            self.fault(f"{where}.{column}", f"looks as if it named a {looks}: say names = \"{looks}\", or \"nothing\"; "
                                            "what no column names is swept")
        kind = table.types[table.columns.index(column)]
        if names in ("key", "blob") and kind == "BIGINT":
            self.fault(f"{where}.{column}", "a number names neither key nor file")
        if names == "blob" and (kind != "TEXT" or not any(index[:1] == (column,) for index in table.indexes)):
            self.fault(f"{where}.{column}", "a column that names files is text, and an index begins with it")
        if names == "key" and not table.key:
            self.fault(f"{where}.{column}", "a table that names keys has a primary key, by which it is read")

    # --- sentences -------------------------------------------------------------------------------------------------------

    def check_sentences(self, where: str, said: dict, keepings: list[dict]) -> None:
        common = {**said["file_defaults"], **said.get("defaults", {})}
        checked: set[str] = set()
        for name in catalogue.personal_columns(said):
            line = {**common, **said["columns"][name]}
            for sentence in (line.get(word) for word in ("retention", "erasure")):
                self.in_sentences += [(where, code) for code in JOB_IN_TEXT.findall(sentence if isinstance(sentence, str) else "")]
            sentence = line.get("retention")
            if isinstance(sentence, str) and sentence not in checked:
                checked.add(sentence)
                self.check_retention(where, sentence, keepings)

    def check_retention(self, where: str, sentence: str, keepings: list[dict]) -> None:
        """The sentence for people must name the period in force of each rule a job carries out."""
        spoken = {period.seconds for period in catalogue.periods_in(sentence)}
        for keeping in keepings:
            rule = self.rules.get(keeping.get("rule"), {})
            versions = rule.get("versions") if isinstance(rule.get("versions"), list) else []
            period = catalogue.period_from(versions[-1].get("period")) if versions else None
            if period is None or keeping.get("acts") not in ("rows", "room"):
                continue
            if period.seconds not in spoken:
                self.fault(where, f"the rule {keeping['rule']} says {versions[-1]['period']}, and the sentence on retention does not")

