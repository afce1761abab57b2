"""The catalogues of personal data, as a program reads them: what the tables of each room hold, whose rows they are, which dated rule ends
them and what erasing them does. catalogue_complete.py proves them, catalogue_code.py makes C++ of them (src/store/catalogue.h).

The form of src/ROOM/catalogue.toml, by example:

    [defaults]                                     # for all tables of the file; a table's own, and a line's own, come before
    [tables.inbox_item]
    meaning = "One line of a party's inbox."       # what the table is for, in a sentence
    readers = ["inbox"]                            # rooms whose statements read it too (table_owners.py)
    subject = [                                    # whose rows these are, each with a column that says who
        { column = "party_id", kind = "party" },   # kind: party, person, actor (a person who did it for a party), organisation
        { column = "read_by", kind = "actor", as = "user_id" },  # as: how the column says it, one of FORMS; party_id unless told
        { column = "party", in = "other_table", by = "item_id", kind = "party" },  # or a column of another table, joined by these columns
    ]
    unreachable = "why"                            # instead of subject: nobody can be found by these rows
    rule = "inbox.item"                            # which rule of retention.toml ends them
    acts = "rows"                                  # who ends them, one of ACTS
    job = "forget_items"                           # with acts rows and room: the code of the background job
    rules = [{ rule = ..., acts = ... }, ...]      # instead of these three, where parts of the rows have rules of their own
    erase = "row"                                  # what erasing does, see below
    [tables.inbox_item.defaults]                   # what its personal columns have in common, for people to read
    whose = "the party the item belongs to"        # whose data it is
    controller = "operator"                        # or "app.org": the agency whose form it is
    purpose = "finding one's forms and messages"
    legal_basis = "personvernforordningen art. 6 nr. 1 bokstav e; forvaltningsloven § 15 a"   # with e the national provision, art. 6 no. 3
    source = "the sender"                          # where it comes from
    retention = "as long as the instance"          # how long it is kept; a time in it is the one of the rule
    erasure = "deleted with the instance"          # how it is erased
    recipients = "those who may read for the party"
    to_confirm = "forvaltningsloven § 15 a: ..."   # what of it nobody has looked up in the law yet; in a version of a rule too
    [tables.inbox_item.copies.agency]              # where the same rows are another holder's copy too: what is otherwise then
    controller = "app.org"
    legal_basis = "as the app's catalogue says"
    [tables.inbox_item.columns]                    # one line for each column
    item_id = { personal = false }
    title = { personal = true }
    key_id = { personal = false, names = "key" }   # names: the column holds the id of a key of the keystore ("key") or the name of
    picture = { personal = false, names = "blob" } # a file of the blob folder ("blob"): what no row names is swept. "nothing": it looks like
    agency_note = { personal = true, controller = "app.org", source = "the agency" }  # one and is not

Which columns, and fields of forms, are personal is decided by one rule. Personal is what may say something of one person:
    who somebody is: a number or id of a person or a party (an organisation may be one person's), a name, an address;
    what stands in the row of an organisation and describes it, for the owner of a one-person business;
    whatever somebody is free to write, a file and its name, and the digest of either;
    when somebody did something, where the row says who.
Not personal: ids and codes of the system's own, codes chosen from a list about a matter, counts, states, versions, times of the matter.
Proved is that every subject is personal, that `X_at` is where `X_by` is, and that texts one is free to write in forms are.

acts is one of
    rows    the job named deletes the rows once the rule has ended: what is the program's own, and nothing else goes with it
    room    the job named, code of the room, does more than that
    use     what people do ends them, in the use case: they send, take back, log out
    kept    they stay; the rule says why
All that a job ends goes through one engine, with holds and a dry run (src/privacy/retention.h). Of a form's documents (below) acts is one
of `purge` (the agency's copy ends by this rule, counted from when the last of it was sent), `room` (the portal's job that ends what a
business deleted), `use` and `kept`.

erase is "row", or a table, or a list of such: of those with a key each is for its own part, else the first that fits is meant.
    { row = true }                                 the row is deleted
    { empty = ["title", "note"] }                  these columns are emptied
    { key = "key_id", holder = "party:{party_id}" }  the key named there is erased for that holder; with `row` or `empty` too, once nobody
                                                   holds it any more
    { with = "instance", on = ["party_id", "instance_id"] }   it goes with the row of the other table that has these columns alike
    { ..., when = { state = "draft" } }            only of rows where the column, one and no more, holds this text
    { ..., through = "ledger.erase" }              not by statements: the room's function (one of THROUGH) does it
    { kept = "why" }                               erasing does not reach it

    [documents.draft]                              # documents that are sealed in a column or file: form data, attachments, blobs
    meaning = "The answers of a draft, as JSON."
    stands_in = ["draft"]                          # the tables whose subject, rule and erase hold for it; else it says its own
    fields = { personal = true, whose = "...", controller = "app.org", ... }   # all keys, as for a column

    [documents.draft.copies.agency]                # as for tables
    controller = "app.org"

    [uses.contact_register]                        # what is looked up elsewhere and not stored
    meaning = "E-mail address and mobile number."
    calls = "parties.contact("                     # what in the code does it, and in which sources it stands and in no others
    where = ["src/portal/profile_pages.cpp"]
    whose = "..."                                  # all keys, as for a column, or from [defaults]

    [cookies.alting-okt]                           # only in src/web: cookies, by their name without the prefix
    rule = "web.session"                           # what ends it; the browser erases it
    value = { personal = true, whose = "...", ... }

The form of src/ROOM/retention.toml:

    [rules."inbox.item"]
    meaning = "Items that were read."
    counts_from = "read_at"                        # the column a period counts from (microseconds; counts_in = "hours": whole hours)
    starts = "when the case is closed"             # or in words, where no column says it
    ends_when = "the party deletes it"             # or: no period, but something people do
    [[rules."inbox.item".versions]]                # dated, the oldest first
    from = 2026-01-01                              # in force from then on, UTC
    period = "90 days"                             # of minutes, hours, days, months or years, for counting rules
    law = "personvernforordningen art. 5 nr. 1 bokstav e"
    why = "three months are enough to ask about it"

A new version that is shorter ends what there is; one that is longer holds for what comes after it only.
"""
import dataclasses
import pathlib
import re
import tomllib

SAYS = ("whose", "controller", "purpose", "legal_basis", "source", "retention", "erasure", "recipients")
TO_CONFIRM = "to_confirm"
CONTROLLERS = ("operator", "app.org")
KINDS = ("party", "person", "actor", "organisation")
FORMS = ("party_id", "party_uuid", "user_id", "holder", "number_hash", "organisation_number")
ACTS = ("rows", "room", "use", "kept")
ACTS_OF_DOCUMENTS = ("purge", "room", "use", "kept")
NAMES = ("key", "blob", "nothing")
THROUGH = ("ledger.erase",)
UNITS = {"minute": 60, "hour": 3600, "day": 86400, "month": 2629746, "year": 31556952}  # seconds; months and years to compare only
PERIOD = re.compile(r"^([1-9]\d{0,4}) (minute|hour|day|month|year)s?$")


def read(path: pathlib.Path, faults: list[str], root: pathlib.Path) -> dict:
    """A TOML file, {} when there is none; one that cannot be read is a fault."""
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        faults.append(f"{path.relative_to(root)}: {error}")
        return {}


def personal_columns(said: dict) -> list[str]:
    return [name for name, line in said.get("columns", {}).items() if isinstance(line, dict) and line.get("personal") is True]


def keepings(said: dict) -> list[dict]:
    """Which rules end it: `rules`, or the one that stands in the table itself."""
    if "rules" in said:
        return said["rules"] if isinstance(said["rules"], list) else [said["rules"]]
    one = {word: said[word] for word in ("rule", "acts", "job") if word in said}
    return [one] if one else []


def erasures(said: dict) -> list[dict]:
    erase = said.get("erase")
    if erase is None:
        return []
    return [{"row": True} if one == "row" else one for one in (erase if isinstance(erase, list) else [erase])]


def placeholders(holder: str) -> list[str]:
    return re.findall(r"\{([^{}]*)\}", holder)


@dataclasses.dataclass(frozen=True)
class Period:
    count: int
    unit: str

    @property
    def seconds(self) -> int:
        return self.count * UNITS[self.unit]


def period_from(text: object) -> Period | None:
    found = PERIOD.match(text) if isinstance(text, str) else None
    return Period(int(found[1]), found[2]) if found else None


NUMBERS = {word: number for number, word in enumerate(
    "no one two three four five six seven eight nine ten eleven twelve thirteen".split())} | {"a": 1, "an": 1, "thirty": 30}
IN_WORDS = re.compile(r"\b(\d+|" + "|".join(NUMBERS) + r")\s+(minute|hour|day|month|year)s?\b", re.I)


def periods_in(text: str) -> list[Period]:
    """The lengths of time that a sentence speaks of: "24 hours", "a day"."""
    return [Period(NUMBERS.get(found[1].lower()) if not found[1].isdigit() else int(found[1]), found[2].lower())
            for found in IN_WORDS.finditer(text)]


def merged(*levels: dict) -> dict:
    """What a line says with what stands above it: later levels go before. A legal basis of its own has its own doubts."""
    words: dict = {}
    for one in levels:
        if "legal_basis" in one:
            words.pop(TO_CONFIRM, None)
        words.update(one)
    return words


TASK = re.compile(r"art\. 6 nr\. 1 bokstav (?:[a-z] og )?e\b")


def basis_fault(basis: object) -> str | None:
    """What a legal basis lacks: art. 6 by its letter, and with a task in the public interest the law that gives the task (art. 6 no. 3)."""
    if not isinstance(basis, str) or basis.startswith(("as the ", "none needed")):
        return None
    if "art. 6 nr. 1 bokstav" not in basis:
        return "legal_basis names no letter of art. 6 no. 1"
    if TASK.search(basis) and "§" not in basis:
        return "legal_basis: with art. 6 no. 1 e goes the national provision that gives the task (art. 6 no. 3)"
    return None
