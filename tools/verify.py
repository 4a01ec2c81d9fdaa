#!/usr/bin/env python3
"""Verifies a log of utfall, and shares no code with it.

    verify.py [--checkpoint FILE]... [--keys log.pub] log.db...

Needs Python 3.11 and its standard library, nothing else. What is checked is
described in docs/log-format.md: positions, records, the Merkle tree, the ids,
and for each checkpoint its signature and that the log begins with what it
attests. One line a log: its path, `ok`, how many batches and events, the root;
or its path, what is wrong, the first bad batch, and why, and exit code 1. Run it
on a copy, or where nobody is writing the log.
"""
import argparse
import base64
import hashlib
import pathlib
import re
import sqlite3
import sys
import uuid

# Of the rows of sqlite_master in the order of type and name: type, name, table and
# text, with a zero byte between them, and a line feed.
SCHEMA = "5d15f8520679da0fd61a07fa7d1b3c1af27e7fa17c928c4bcf5ff691a5a986f1"
MAX_TEXT, MAX_PAYLOAD, MAX_FRAMES, MAX_METADATA = 1 << 16, 512 << 20, 1 << 16, 256


class Wrong(Exception):
    """What is wrong: kind, position of the first bad batch, why."""


def sha256(*parts):
    h = hashlib.sha256()
    for part in parts:
        h.update(part)
    return h.digest()


# Ed25519 (RFC 8032), verification only.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)  # of -1


def recover_x(y, sign):
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * ROOT % P
    if (x * x - x2) % P or (x == 0 and sign):
        return None
    return x if x & 1 == sign else P - x


def point(data):
    y = int.from_bytes(data, "little")
    x = recover_x(y & (1 << 255) - 1, y >> 255)
    y &= (1 << 255) - 1
    return None if x is None else (x, y, 1, x * y % P)


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(n, p):
    out = (0, 1, 1, 0)
    while n:
        if n & 1:
            out = add(out, p)
        p, n = add(p, p), n >> 1
    return out


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (recover_x(BASE_Y, 0), BASE_Y, 1, recover_x(BASE_Y, 0) * BASE_Y % P)


def signed_by(key, message, signature):
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L or len(signature) != 64:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    left, right = times(s, BASE), add(r, times(h, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


def read_keys(path):
    """{(name, key hash): public key} of a file with a key a line."""
    keys = {}
    for line in pathlib.Path(path).read_text().split():
        name, digest, data = line.split("+", 2)
        raw = base64.b64decode(data, validate=True)
        if raw[0] != 1 or sha256(name.encode(), b"\n", raw)[:4].hex() != digest:
            raise Wrong("signature", 0, "a public key is not well formed")
        keys[name, bytes.fromhex(digest)] = raw[1:]
    return keys


def read_checkpoint(note, keys):
    """(size, root) of a signed note; Wrong when no known key signed it."""
    try:
        text, _, signatures = note.rpartition("\n\n")
        text += "\n"
        origin, size, root = text.split("\n")[:3]
        good = False
        for line in signatures.splitlines():
            name, data = re.fullmatch("\u2014 (\\S+) (\\S+)", line).groups()
            raw = base64.b64decode(data, validate=True)
            key = keys.get((name, raw[:4]))
            if key is not None and not signed_by(key, text.encode(), raw[4:]):
                raise Wrong("signature", 0, "the checkpoint's signature does not hold")
            good = good or key is not None and name == origin
        if not good:
            raise Wrong("signature", 0, "the checkpoint is not signed by a key of this log")
        return int(size), base64.b64decode(root, validate=True)
    except (ValueError, AttributeError) as e:
        raise Wrong("signature", 0, f"not a checkpoint: {e}") from None


class Tree:
    """The right edge of an RFC 6962 tree."""
    def __init__(self):
        self.size, self.edge = 0, []

    def add(self, leaf):
        """The hashes that are stored for a leaf."""
        stored, n = [leaf], self.size
        while n & 1:
            leaf = sha256(b"\x01", self.edge.pop(), leaf)
            stored.append(leaf)
            n >>= 1
        self.edge.append(leaf)
        self.size += 1
        return b"".join(stored)

    def root(self):
        if not self.edge:
            return sha256()
        root = self.edge[-1]
        for left in reversed(self.edge[:-1]):
            root = sha256(b"\x01", left, root)
        return root


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def num(self, most=(1 << 64) - 1):
        if self.at + 8 > len(self.data):
            raise ValueError("unexpected end")
        n = int.from_bytes(self.data[self.at:self.at + 8], "big")
        if n > most:
            raise ValueError("a number over its limit")
        self.at += 8
        return n

    def bytes(self, most=MAX_TEXT):
        n = self.num(most)
        if self.at + n > len(self.data):
            raise ValueError("unexpected end")
        self.at += n
        return self.data[self.at - n:self.at]


def read_record(body):
    """(position, id, events, leaf hash) of the record that begins here."""
    start = body.at
    header = Reader(body.bytes(len(body.data)))
    whole = body.data[start:body.at]
    payload = body.bytes(MAX_PAYLOAD)
    if header.num() != 1:
        raise ValueError("a record of another version")
    position, _ = header.num(), header.num()
    ident = [header.bytes() for _ in range(7)][0]
    events = header.num(MAX_PAYLOAD)
    frames = [header.num(MAX_PAYLOAD) for _ in range(header.num(MAX_FRAMES))]
    keys = [(header.bytes(), header.bytes())[0] for _ in range(header.num(MAX_METADATA))]
    if header.at != len(header.data) or any(a >= b for a, b in zip(keys, keys[1:])) or frames and sum(frames) != len(payload):
        raise ValueError("a header that does not fit")
    return position, ident, events, sha256(b"\x00", whole, sha256(payload))


def is_import(ident):
    try:
        return len(ident) == 36 and ident[14:15] == b"5" and uuid.UUID(ident.decode()).version == 5
    except ValueError:
        return False


def check_schema(db):
    app, version = db.execute("pragma application_id").fetchone()[0], db.execute("pragma user_version").fetchone()[0]
    if app != 0x75746C67 or version != 2:
        raise Wrong("schema", 1, "the file is no log of this format")
    columns = ", ".join(f"cast({c} as blob)" for c in ("type", "name", "tbl_name", "coalesce(sql, '')"))
    rows = db.execute(f"select {columns} from sqlite_master order by type, name")
    if sha256(*(b"\0".join(c or b"" for c in row) + b"\n" for row in rows)).hex() != SCHEMA:
        raise Wrong("schema", 1, "its tables or triggers are not those of a log")


def check_commit(db, row, tree, imports, roots):
    first, batches, ids, stored, body, kinds = row
    nxt = tree.size + 1
    if kinds != b"integer integer blob blob blob":
        raise Wrong("decode", nxt, "a column of another type")
    if first != nxt:
        raise Wrong("gap" if first > nxt else "order", max(1, min(first, nxt)), f"a commit from batch {first} stands here")
    reader, hashes, names, events, at = Reader(body), b"", b"", 0, first
    while reader.at < len(body):
        try:
            position, ident, count, leaf = read_record(reader)
        except ValueError as e:
            raise Wrong("decode", at, str(e)) from None
        if position != at:
            raise Wrong("order", at, f"batch {position} stands here")
        done = len(hashes)
        hashes += tree.add(leaf)
        if stored[done:len(hashes)] != hashes[done:]:
            raise Wrong("hash", at, "the batch is not the one that was hashed")
        if is_import(ident):
            imports.append(at)
            if db.execute("select position from imports where id = ?", (ident.decode(),)).fetchone() != (at,):
                raise Wrong("ids", at, "the import's id is not kept at its position")
        if tree.size in roots:
            roots[tree.size] = tree.root()
        names, events, at = names + len(ident).to_bytes(8, "big") + ident, events + count, at + 1
    if at - first != batches:
        raise Wrong("gap", at, f"the row should have {batches} batches and has {at - first}")
    if len(stored) != len(hashes):
        raise Wrong("hash", at - 1, "the row has more hashes than the tree")
    if ids != names:
        raise Wrong("ids", first, "the ids of the row are not those of its batches")
    return events


def verify(path, checkpoints):
    db = sqlite3.connect(pathlib.Path(path).absolute().as_uri() + "?mode=ro", uri=True)
    tree, events, roots = Tree(), 0, {size: None for size, _ in checkpoints}
    if 0 in roots:
        roots[0] = tree.root()
    try:
        check_schema(db)
        db.text_factory = bytes
        imports = []
        kinds = " || ' ' || ".join(f"typeof({c})" for c in ("first", "batches", "ids", "tree", "body"))
        for row in db.execute(f"select first, batches, ids, tree, body, {kinds} from commits order by first"):
            events += check_commit(db, row, tree, imports, roots)
        kept, beyond = db.execute(
            "select count(*) filter (where position <= ?), count(*) filter (where not (position between 1 and "
            "(select coalesce(max(first+batches-1), 0) from commits))) from imports", (tree.size,)).fetchone()
    except (sqlite3.Error, ValueError, TypeError, MemoryError) as e:
        raise Wrong("decode", tree.size + 1, " ".join(f"the file cannot be read from here: {e}".split())) from None
    finally:
        db.close()
    if kept != len(imports) or beyond:
        raise Wrong("ids", tree.size, "an id is kept that no batch has")
    for size, root in checkpoints:
        if size > tree.size:
            raise Wrong("cut", tree.size + 1, f"the log ends at {tree.size}, but the checkpoint attests {size} batches")
        if roots[size] != root:
            raise Wrong("rewritten", 1, f"the first {size} batches are not those the checkpoint attests")
    return tree.size, events, base64.b64encode(tree.root()).decode()


def main():
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--checkpoint", action="append", default=[], help="a checkpoint that somebody kept")
    args.add_argument("--keys", help="the public keys; log.pub beside the first log unless given")
    args.add_argument("log", nargs="+")
    args = args.parse_args()
    code, checkpoints = 0, []
    try:
        if args.checkpoint:
            keys = read_keys(args.keys or pathlib.Path(args.log[0]).with_name("log.pub"))
            checkpoints = [read_checkpoint(pathlib.Path(c).read_text(), keys) for c in args.checkpoint]
    except Wrong as w:
        print(*w.args)
        return 1
    for path in args.log:
        try:
            print(path, "ok", *verify(path, checkpoints))
        except Wrong as w:
            print(path, *w.args)
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(main())
