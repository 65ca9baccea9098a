"""The tables of the workspace, version by version, and the file that holds them."""

FILE_NAME = "nlpkit.sqlite3"

# What brings a workspace from version n to n + 1; only ever added to.
MIGRATIONS = (
    """
CREATE TABLE documents (key TEXT PRIMARY KEY, made_by TEXT NOT NULL, text_hash TEXT NOT NULL, text TEXT NOT NULL,
    paragraphs TEXT NOT NULL);
CREATE TABLE statements (key TEXT NOT NULL REFERENCES documents(key) ON DELETE CASCADE, position INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, heading TEXT NOT NULL, part TEXT NOT NULL, hint TEXT,
    focus INTEGER NOT NULL, role TEXT NOT NULL, category TEXT, issue TEXT, confidence REAL NOT NULL,
    review INTEGER NOT NULL, PRIMARY KEY (key, position));
CREATE TABLE members (pseudonym TEXT PRIMARY KEY, text_hash TEXT NOT NULL, path TEXT NOT NULL);
CREATE TABLE submissions (path TEXT PRIMARY KEY, key TEXT NOT NULL REFERENCES documents(key), member TEXT NOT NULL,
    position INTEGER NOT NULL);
CREATE TABLE unreadable (path TEXT PRIMARY KEY, reason TEXT NOT NULL);
""",
    "CREATE TABLE run (theme TEXT)",
    # What was read is read anew after an upgrade, so its tables can be made anew; the members stay.
    """
DROP TABLE statements;
DROP TABLE submissions;
DROP TABLE documents;
CREATE TABLE documents (key TEXT NOT NULL, part INTEGER NOT NULL, made_by TEXT NOT NULL, text_hash TEXT NOT NULL,
    name TEXT NOT NULL, shared INTEGER NOT NULL, text TEXT NOT NULL, layout TEXT NOT NULL, PRIMARY KEY (key, part));
CREATE TABLE statements (key TEXT NOT NULL, part INTEGER NOT NULL, position INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, heading TEXT NOT NULL, place TEXT NOT NULL, hint TEXT,
    focus INTEGER NOT NULL, role TEXT NOT NULL, category TEXT, issue TEXT, confidence REAL NOT NULL,
    review INTEGER NOT NULL, PRIMARY KEY (key, part, position),
    FOREIGN KEY (key, part) REFERENCES documents(key, part) ON DELETE CASCADE);
CREATE TABLE submissions (position INTEGER PRIMARY KEY, path TEXT NOT NULL, key TEXT NOT NULL, part INTEGER NOT NULL,
    member TEXT NOT NULL, UNIQUE (path, part), FOREIGN KEY (key, part) REFERENCES documents(key, part));
CREATE TABLE set_aside (path TEXT PRIMARY KEY, reason TEXT NOT NULL, key TEXT NOT NULL)
""",
    # Only ever appended to; numbers are never given twice.
    """
CREATE TABLE decisions (number INTEGER PRIMARY KEY AUTOINCREMENT, batch INTEGER NOT NULL, time TEXT NOT NULL,
    reviewer TEXT NOT NULL, kind TEXT NOT NULL, statement TEXT NOT NULL, "group" TEXT NOT NULL, value TEXT NOT NULL,
    about TEXT NOT NULL, reason TEXT NOT NULL)
""",
    # Which model was taken into use, one after another; an empty name is the shipped one.
    "CREATE TABLE adopted (number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL)",
    # What spreadsheets that leave this workspace are known by.
    """
CREATE TABLE mark (mark TEXT NOT NULL);
INSERT INTO mark VALUES (lower(hex(randomblob(6))))
""",
)
SCHEMA_VERSION = len(MIGRATIONS)
