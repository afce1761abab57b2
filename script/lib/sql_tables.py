"""Which tables a piece of SQL names, and whether it writes them: read from left to right, without a grammar of all SQL.

What follows FROM, JOIN, INTO, UPDATE, USING, TABLE and their like is a table, through subqueries, lists and aliases. What cannot be
followed is refused by an exception (Unclear), so that nothing passes because it was not understood.
"""
import dataclasses
import re

TOKEN = re.compile(r'''
      (?P<comment> --[^\n]* | /\*.*?\*/ )
    | (?P<value> '(?:[^']|'')*' )
    | (?P<quoted> "[^"]*" | `[^`]*` | \[[^\]]*\] )
    | (?P<hole> \{[^{}]*\} )
    | (?P<word> [A-Za-z_][\w$]* )
    | (?P<space> \s+ )
    | (?P<mark> . )
''', re.X | re.S)

# By these words a text is known to be SQL, or a piece of it.
IN_CAPITALS = re.compile(r"\b(?:SELECT|INSERT|UPDATE|DELETE|FROM|JOIN|INTO|WHERE|ORDER BY|GROUP BY|UNION|VALUES|TRUNCATE|MERGE|(?:CREATE|ALTER|DROP|LOCK|VACUUM|ANALYZE|COPY|REINDEX)\s)")
IN_SMALL = re.compile(r"(?:^|\()\s*select\s.*\bfrom\s|\binsert\s+(?:or\s+\w+\s+)?into\s|\bdelete\s+from\s|\bupdate\s+[\w{}]+\s+set\s|\bjoin\s+[\w{}]+\s+(?:\w+\s+)?on\s",
                      re.S | re.I)

ENDS_SOURCES = {"WHERE", "GROUP", "ORDER", "LIMIT", "OFFSET", "HAVING", "WINDOW", "UNION", "EXCEPT", "INTERSECT", "RETURNING", "SET", "VALUES", "SELECT", "FOR"}
# Functions with a FROM of their own: EXTRACT(YEAR FROM made_at).
WITH_FROM = {"EXTRACT", "SUBSTRING", "TRIM", "OVERLAY"}
SCHEMAS = {"main", "temp", "public"}
OF_THE_ENGINE = {"information_schema", "pg_catalog"}  # their tables keep the schema in their name
# What hides from a reader of statements which tables are used.
HIDES = {"TRIGGER", "VIEW", "RULE", "FUNCTION", "PROCEDURE"}


@dataclasses.dataclass(frozen=True)
class Use:
    """One table that is named in one place."""
    table: str  # in small letters, without its schema
    writes: bool
    line: int  # counted from the text's first, which is 0
    makes: bool = False  # CREATE TABLE


class Unclear(Exception):
    def __init__(self, what: str, line: int, put_in: bool = False):
        super().__init__(what)
        self.line = line
        self.put_in = put_in  # the program puts a name in


@dataclasses.dataclass
class Bracket:
    """What is open at a place in the text."""
    function: str = ""  # the word before the bracket
    comma: str = ""     # what a comma leads to: "" (nothing of ours), "read" (one more source), "write" (one more of DROP TABLE)


class Reader:
    def __init__(self, text: str, goes_on: bool, tables: set[str]):
        """`goes_on`: what follows the text is put to it when the program runs. `tables`: those that are known."""
        self.tokens: list[tuple[str, str, int, bool]] = []  # kind, text, line, whether it touches the one before
        self.found: list[Use] = []
        self.tables = tables
        self.in_capitals = IN_CAPITALS.search(text) is not None
        line, touches = 0, False
        for token in TOKEN.finditer(text):
            if token.lastgroup in ("comment", "space"):
                touches = False
            else:
                self.tokens.append((token.lastgroup, token[0], line, touches))
                touches = True
            line += token[0].count("\n")
        self.ends_touched = goes_on and touches

    def kind(self, at: int) -> str:
        return self.tokens[at][0] if 0 <= at < len(self.tokens) else "end"

    def line(self, at: int) -> int:
        return self.tokens[min(at, len(self.tokens) - 1)][2]

    def word(self, at: int) -> str:
        return self.tokens[at][1].upper() if self.kind(at) == "word" else ""

    def says(self, at: int, *words: str) -> bool:
        return self.word(at) in words

    def is_mark(self, at: int, mark: str) -> bool:
        return self.kind(at) == "mark" and self.tokens[at][1] == mark

    def name(self, at: int, after: str) -> tuple[str, int]:
        """The table at `at`, and the place after it."""
        if self.kind(at) in ("hole", "end"):
            raise Unclear(f"the table after {after} is put in from elsewhere: write its name out", self.line(at), put_in=True)
        if self.kind(at) not in ("word", "quoted"):
            raise Unclear(f"after {after} stands {self.tokens[at][1]} and no table", self.line(at))
        name = self.tokens[at][1].strip('"`[]').lower()
        if self.kind(at + 1) == "hole" and self.tokens[at + 1][3] or self.kind(at + 1) == "end" and self.ends_touched:
            raise Unclear(f"the name of the table after {after} is put together from parts: write it out", self.line(at))
        if self.is_mark(at + 1, "."):
            if name in OF_THE_ENGINE:
                return f"{name}.{self.tokens[at + 2][1].lower()}" if self.kind(at + 2) == "word" else self.name(at + 2, after)[0], at + 3
            if name not in SCHEMAS:
                raise Unclear(f"{name}, after {after}, is no schema", self.line(at))
            return self.name(at + 2, after)
        return name, at + 1

    def take(self, at: int, after: str, writes: bool, makes: bool = False) -> int:
        name, past = self.name(at, after)
        self.found.append(Use(name, writes, self.line(at), makes))
        return past

    def source(self, at: int, after: str, writes: bool, open_brackets: list[Bracket]) -> int:
        """What stands where a table may: a table, a function's rows, or a bracket with a subquery or a join inside."""
        open_brackets[-1].comma = "read"
        while self.says(at, "ONLY", "LATERAL"):
            at += 1
        if self.is_mark(at, "("):
            open_brackets.append(Bracket())
            if self.says(at + 1, "SELECT", "VALUES", "WITH"):
                return at + 1
            return self.source(at + 1, f"{after} (", writes, open_brackets)
        if self.kind(at) == "word" and self.is_mark(at + 1, "(") and not writes and self.tokens[at][1].lower() not in self.tables:
            return at  # a function
        return self.take(at, after, writes)

    def with_names(self) -> set[str]:
        """The names that WITH gives: x AS (...), x (a, b) AS (...)."""
        names = set()
        for at in range(1, len(self.tokens)):
            past = at + 1
            while self.says(past, "NOT", "MATERIALIZED"):
                past += 1
            if not self.says(at, "AS") or not self.is_mark(past, "("):
                continue
            before = at - 1
            if self.is_mark(before, ")"):
                while before > 0 and not self.is_mark(before, "("):
                    before -= 1
                before -= 1
            if self.kind(before) == "word":
                names.add(self.tokens[before][1].lower())
        return names

    def uses(self) -> list[Use]:
        brackets = [Bracket()]
        if self.goes_on_with_a_table():
            brackets[-1].comma = "read"
        elif not self.in_capitals:
            return []  # a list of something else
        at = 0
        while at < len(self.tokens):
            at = self.step(at, brackets)
        given = self.with_names()
        for name in given & self.tables:
            raise Unclear(f"WITH gives the name {name}, which is a table's: take another", 0)
        return [use for use in self.found if use.table not in given]

    def goes_on_with_a_table(self) -> bool:
        """Whether it is a piece that goes on in another's list of tables, ", submission s WHERE ...", and not in a list of columns."""
        first = 1 if self.kind(0) == "hole" else 0
        return (self.is_mark(first, ",") and self.kind(first + 1) in ("word", "quoted")
                and self.tokens[first + 1][1].strip('"`[]').lower() in self.tables and self.kind(first + 2) in ("word", "hole", "end"))

    def step(self, at: int, brackets: list[Bracket]) -> int:
        word, before, here = self.word(at), self.word(at - 1), brackets[-1]
        if word in ENDS_SOURCES or self.is_mark(at, ";"):
            here.comma = ""
        if self.is_mark(at, "("):
            brackets.append(Bracket(before))
        elif self.is_mark(at, ")"):
            if len(brackets) > 1:
                brackets.pop()
        elif self.is_mark(at, ",") and here.comma == "read":
            return self.source(at + 1, "a comma", False, brackets)
        elif self.is_mark(at, ",") and here.comma == "write":
            return self.take(at + 1, "a comma", True)
        elif word == "FROM" and before != "DISTINCT" and here.function not in WITH_FROM:
            return self.source(at + 1, word, before == "DELETE", brackets)
        elif word == "JOIN" or word == "USING" and not self.is_mark(at + 1, "("):
            return self.source(at + 1, word, False, brackets)
        elif word == "INTO":
            return self.take(at + 1, word, True)
        elif word == "UPDATE" and before not in ("FOR", "KEY", "ON") and not (self.says(at + 1, "SET") and before in ("DO", "")):
            start = at + 3 if self.says(at + 1, "OR") else at + 1
            return self.take(start + self.says(start, "ONLY"), word, True)
        elif word == "REFERENCES":
            return self.take(at + 1, word, False)
        elif word in ("TABLE", "TRUNCATE", "ANALYZE", "VACUUM", "REINDEX", "COPY"):
            return self.whole_table(at, here)
        elif word == "INDEX" and before in ("CREATE", "UNIQUE"):
            while self.kind(at) != "end" and not self.says(at, "ON"):
                at += 1
            return self.take(at + 1 + self.says(at + 1, "ONLY"), "ON", True)
        elif word in HIDES and any(self.says(place, "CREATE") for place in range(max(0, at - 3), at)):
            raise Unclear(f"a {word.lower()} hides which tables a statement uses", self.line(at))
        return at + 1

    def whole_table(self, at: int, here: Bracket) -> int:
        word, start = self.word(at), at + 1
        if word != "TABLE" and (self.kind(start) == "end" or self.says(start, "TABLE") or self.kind(start) != "word"):
            return start  # TRUNCATE TABLE: the next word; VACUUM: all there is
        while self.says(start, "IF", "NOT", "EXISTS", "ONLY"):
            start += 1
        verb = at - 1
        while self.says(verb, "TEMP", "TEMPORARY", "UNLOGGED", "VIRTUAL"):
            verb -= 1
        if self.says(verb, "DROP", "LOCK", "TRUNCATE") or word == "TRUNCATE":
            here.comma = "write"
        past = self.take(start, word, True, self.says(verb, "CREATE"))
        return past


LIKE_A_LIST = re.compile(r"\s*(?:\{[^{}]*\})?\s*,")


def is_sql(text: str) -> bool:
    """Whether it may be SQL, or a piece of it. It is read, and what is none has no table in it."""
    return IN_CAPITALS.search(text) is not None or LIKE_A_LIST.match(text) is not None


def in_small_letters(text: str) -> bool:
    return not is_sql(text) and IN_SMALL.search(text) is not None
