"""What several checks must know of the house: its rooms (src/rooms.txt), which sources are the program's, what in them is no comment, and
which room each table belongs to (the migrations)."""
import dataclasses
import pathlib
import re
import sqlite3

MIGRATION = re.compile(r"^(\d{4})_[a-z0-9_]+(\.sqlite|\.postgresql)?\.sql$")
# Made by the program itself, before any migration (src/store/migrate.cpp).
FIRST_TABLE = ("CREATE TABLE schema_migration (room TEXT NOT NULL, number BIGINT NOT NULL, name TEXT NOT NULL, checksum TEXT NOT NULL, "
               "applied_at BIGINT NOT NULL, PRIMARY KEY (room, number))")

# The parts of C++ in which a quotation mark is not the beginning of a string, and the strings. (1'000'000 has no characters in it.)
CODE = re.compile(r'''
      (?P<comment> //[^\n]* | /\*.*?\*/ )
    | (?P<raw> (?<!\w)(?:u8|[uUL])?R"(?P<delimiter>[^()\s\\"]*)\((?P<inside>.*?)\)(?P=delimiter)" (?:[A-Za-z_]\w*)? )
    | (?P<text> "(?P<characters>(?:[^"\\\n]|\\.|\\\n)*)" (?:[A-Za-z_]\w*)? )
    | (?P<character> (?<!\w)(?:u8|[uUL])?'(?:[^'\\\n]|\\.)+' )
''', re.X | re.S)


def rooms(root: pathlib.Path) -> list[str]:
    lines = (root / "src/rooms.txt").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def sources(root: pathlib.Path, room: str = "") -> list[pathlib.Path]:
    """The sources of the program, or of one room: what tests and fuzz targets say and name is not said by the program."""
    folder = root / "src" / room
    return sorted(path for end in ("cpp", "h") for path in folder.rglob(f"*.{end}")
                  if not path.stem.endswith(("_test", "_fuzz")) and "testing" not in path.relative_to(root).parts)


def code(path: pathlib.Path) -> str:
    """A source without its comments: what somebody has taken out by one counts for nothing."""
    return CODE.sub(lambda found: " " if found.lastgroup == "comment" else found[0], path.read_text(encoding="utf-8"))


@dataclasses.dataclass(frozen=True)
class Table:
    name: str
    room: str
    columns: tuple[str, ...]
    types: tuple[str, ...] = ()  # of the columns: BIGINT, TEXT, BLOB
    nullable: tuple[str, ...] = ()
    key: tuple[str, ...] = ()  # of the primary key, in its order
    indexes: tuple[tuple[str, ...], ...] = ()  # the columns of each; None stands for an expression
    database: str = "main"  # or "keystore"
    whole: tuple[tuple[str, ...], ...] = ()  # of the indexes, those with every row in which their first column stands


def apply_migrations(connection: sqlite3.Connection, folder: pathlib.Path, faults: list[str]) -> None:
    seen: dict[str, str] = {}
    for path in sorted(path for path in folder.glob("*.sql") if not path.name.endswith(".postgresql.sql")):
        named = MIGRATION.match(path.name)
        if not named:
            faults.append(f"{path}: a migration is named NNNN_name.sql")
            continue
        if named[1] in seen:
            faults.append(f"{path}: number {named[1]} is taken by {seen[named[1]]}")
        seen[named[1]] = path.name
        try:
            connection.executescript(path.read_text(encoding="utf-8").replace("{blob}", "BLOB"))
        except sqlite3.Error as error:
            faults.append(f"{path}: {error}")


def names_in(connection: sqlite3.Connection) -> list[str]:
    return [row[0] for row in connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")]


def columns_of(connection: sqlite3.Connection, index: str) -> tuple[str, ...]:
    return tuple(part[2] for part in connection.execute(f'PRAGMA index_info("{index}")'))


def is_whole(connection: sqlite3.Connection, index: str) -> bool:
    made = connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (index,)).fetchone()  # none: a key's own
    condition = re.search(r"\bWHERE\b(.*)", made[0] if made and made[0] else "", re.DOTALL | re.IGNORECASE)
    return not condition or condition[1].split() == f"{columns_of(connection, index)[0]} IS NOT NULL".split()


def tables(root: pathlib.Path, faults: list[str]) -> list[Table]:
    """Every table there is when all migrations have run, with the room whose migration made it. A migration that fails is a fault."""
    def of(connection: sqlite3.Connection, name: str, room: str, database: str) -> Table:
        columns = connection.execute(f'PRAGMA table_info("{name}")').fetchall()
        key = sorted((row for row in columns if row[5] > 0), key=lambda row: row[5])
        indexes = [row[1] for row in connection.execute(f'PRAGMA index_list("{name}")')]
        return Table(name, room, tuple(row[1] for row in columns), tuple(row[2] for row in columns),
                     tuple(row[1] for row in columns if not row[3] and not row[5]), tuple(row[1] for row in key),
                     tuple(columns_of(connection, index) for index in indexes), database,
                     tuple(columns_of(connection, index) for index in indexes if is_whole(connection, index)))

    connection = sqlite3.connect(":memory:")
    connection.execute(FIRST_TABLE)
    owner = {"schema_migration": "store"}
    for room in rooms(root):
        apply_migrations(connection, root / "src" / room / "migrations", faults)
        for name in names_in(connection):
            owner.setdefault(name, room)
    keystore = sqlite3.connect(":memory:")  # a database of its own, beside the main one
    apply_migrations(keystore, root / "src/store/keystore_migrations", faults)
    for name in set(names_in(keystore)) & owner.keys():
        faults.append(f"src/store/keystore_migrations: there is a table {name} in the main database too: its owner would be in doubt")
    return ([of(connection, name, owner[name], "main") for name in names_in(connection)] +
            [of(keystore, name, "store", "keystore") for name in names_in(keystore)])
