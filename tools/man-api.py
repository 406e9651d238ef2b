#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# The public headers as sections of libisle(3): a heading for each "/* ---- …",
# structures and enumerations member by member, every function with the comment
# that stands before it. So the manual has each function, and no word of its own.
import re
import sys


def troff(text):
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("…", "\\[u2026]").replace("^", "\\(ha").replace("~", "\\(ti")
    text = text.replace("`", "\\(ga").replace('"', "\\(dq").replace("'", "\\(aq")
    return "\\&" + text if text.startswith(".") else text


def words(comment):
    """What is between /* and */, the stars of its lines taken off."""
    lines = re.sub(r"^/\*+|\*/$", "", comment.strip()).split("\n")
    return " ".join(re.sub(r"^\s*\*\s?", "", line).strip() for line in lines).strip()


def sentence(text):
    if text and text[-1] not in ".:…":
        text += "."
    return text[:1].upper() + text[1:] if re.match(r"[a-z]+\b[^_(]", text) else text


def tokens(text):
    """Comments, preprocessor lines and declarations (up to the ';' at depth 0) in their order."""
    i, n = 0, len(text)
    while i < n:
        if text[i].isspace():
            i += 1
        elif text.startswith("/*", i):
            j = text.index("*/", i) + 2
            yield "comment", text[i:j], text.rfind("\n", 0, i)
            i = j
        elif text[i] == "#":
            j = text.find("\n", i)
            yield "line", text[i:j], i
            i = j
        elif text.startswith('extern "C"', i) or text[i] == "}":
            i = text.find("\n", i)
        else:
            depth, j = 0, i
            while depth or text[j] != ";":
                if text.startswith("/*", j):
                    j = text.index("*/", j) + 1
                depth += {"{": 1, "}": -1}.get(text[j], 0)
                j += 1
            yield "decl", text[i:j + 1], i
            i = j + 1


class Page:
    def __init__(self):
        self.out = []

    def say(self, *lines):
        self.out += lines

    def section(self, title):
        # a title, and after a colon what belongs to all of it
        head, _, rest = title.partition(":")
        self.say('.SS "%s"' % troff(head.strip()))
        if rest.strip():
            rest = rest.strip()
            self.say(troff(sentence(rest[0].upper() + rest[1:])))

    def declared(self, text):
        self.say(".PP", "\\fB%s\\fR" % troff(" ".join(text.split())))

    def comment(self, text):
        if text:
            self.say(".RS 4", troff(sentence(text)), ".RE")

    def compound(self, text, before, behind):
        head, rest = text.split("{", 1)
        body, tail = rest.rsplit("}", 1)
        first = re.match(r"[ \t]*(/\*.*?\*/)", body)
        if first:
            behind = words(first.group(1))
            body = body[first.end():]
        self.declared(head.strip() + tail.rstrip("; "))
        self.comment(" ".join(sentence(t) for t in (before, behind) if t))
        self.say(".RS 4", ".PD 0")
        for line in members_of(body):
            self.say(".TP 4", "\\fB%s\\fR" % troff(line[0]))
            self.say(troff(sentence(line[1])) if line[1] else "\\&")
        self.say(".PD", ".RE")


def members_of(body):
    """Lines of a body to (declarations, comment). A comment alone on its lines belongs to what follows."""
    result, pending = [], ""
    for piece in re.findall(r"/\*.*?\*/|[^\n/]+", body, re.S):
        if not piece.strip():
            continue
        if piece.startswith("/*"):
            at = body.find(piece)
            start = body.rfind("\n", 0, at) + 1
            if body[start:at].strip() and result:
                result[-1][1] = " ".join(t for t in (result[-1][1], words(piece)) if t)
            else:
                pending = words(piece)
        else:
            text = " ".join(piece.split())
            # a declaration that goes on
            if result and result[-1][0].endswith("("):
                result[-1][0] += text
            else:
                result.append([text, pending])
                pending = ""
    return [[d.rstrip(",;"), c] for d, c in result]


def page(header):
    p = Page()
    text = open(header, encoding="utf-8").read()
    before, last = "", None
    for kind, s, at in tokens(text):
        if kind == "comment":
            w = words(s)
            behind = text[at + 1:text.index(s, at + 1 if at >= 0 else 0)].strip() if at >= 0 else ""
            if w.startswith("---- "):
                p.section(w[5:])
                before = ""
            elif w.startswith(("SPDX", "DOC:")):
                continue
            elif behind and last:
                p.comment(w)
            else:
                before = w
        elif kind == "line":
            m = re.match(r"#define (ISLE_\w+)(\(.*?\))?\s+(.*)", s)
            if m and not m.group(1).endswith("_H"):
                p.declared("#define " + m.group(1) + (m.group(2) or ""))
                # what it stands for, or what is said about it
                said = re.search(r"/\*(.*?)\*/", m.group(3))
                p.comment(said.group(1).strip() if said else m.group(3).strip())
                last = s
        else:
            if "{" in s:
                p.compound(s, before, "")
            else:
                p.declared(s)
                p.comment(before)
            before, last = "", s
    return p.out


lines = []
for name in sys.argv[1:]:
    lines += page(name)
print("\n".join(lines))
