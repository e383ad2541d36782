#!/usr/bin/env python3
"""Checks that the C files of native/src stand on floors: c-floors.py [OBJECT_DIRECTORY...] | --self-test

Fails on a circle among files and on an include or a call that goes up a floor. A file and its header are one
unit. Includes and calls are read from the sources of both families of systems, and from the object files (nm)
below the directories.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

# From the ground up. A unit uses those of lower floors and of its floor. A folder stands for all its units
# that no other floor names.
FLOORS = [
    ["include/jevent"],
    ["core/atomics", "core/jev_assert", "core/abort", "posix/abort", "windows/abort"],
    ["core/log"],
    ["core/system", "core/errors", "core/layout", "core/text"],
    ["posix", "windows"],
    ["core/poller", "core/poller_list", "core/slab", "core/signal_ports"],
    ["core/completion_backend", "posix/signal", "windows/signal"],
    ["pollers", "uring", "iocp"],
    ["core/ring", "core/held", "core/engines"],
    ["core/operations", "core/operation_list"],
    ["core/slots"],
    ["core/nonsocket", "core/batch", "core/signals", "core/recreate"],
    ["core/send", "core/datagrams", "posix/nonsocket", "windows/nonsocket"],
    ["core/stream"],
    ["core/ready", "core/batch_send", "core/hold"],
    ["core/results"],
    ["core/submit"],
    ["core/enter"],
    ["core/api", "core/jni"],
]

FAMILIES = {
    "POSIX": re.compile(r"windows/|iocp/|.*_windows[.]"),
    "Windows": re.compile(r"posix/|uring/|.*_posix[.]|pollers/(epoll|kqueue|evport|devpoll|watches)[.]"),
}


def unit_of(path):
    return re.sub(r"[.][ch]$", "", path)


def code_of(text):
    """The text without comments and strings."""
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', " ", text, flags=re.S)


def includes(sources):
    for path, text in sources.items():
        for name in re.findall(r'^#include "([^"]+)"', text, re.M):
            target = "include/" + name if name == "jevent.h" else name
            if target in sources:  # else the other family's, which this one leaves out
                yield unit_of(path), unit_of(target), "includes " + name


def calls(sources):
    """Between units, by the names of functions and variables that are not static."""
    codes = {path: code_of(text) for path, text in sources.items() if path.endswith(".c")}
    defined = {}
    for path, code in codes.items():
        for name in re.findall(r"^(?!static|extern|typedef|#)[A-Za-z_][\w *]*?\b(jev_\w+)\([^;{}]*\) \{", code, re.M):
            defined[name] = unit_of(path)
        for name in re.findall(r"^(?!static|extern|typedef|#)[A-Za-z_][\w *]*?\b(jev_\w+)(?: =|;)", code, re.M):
            defined[name] = unit_of(path)
    for path, code in codes.items():
        for name in sorted(set(re.findall(r"\bjev_\w+", code))):
            if name in defined and defined[name] != unit_of(path):
                yield unit_of(path), defined[name], "uses " + name


def symbols(objects):
    """The same by nm, from a map of object files to units."""
    defined = {}
    used = []
    for file, unit in objects.items():
        for line in subprocess.run(["nm", file], check=True, capture_output=True, text=True).stdout.splitlines():
            kind, name = line.split()[-2:]
            if kind == "U":
                used.append((unit, name))
            elif kind.isupper():
                defined[name] = unit
    for unit, name in used:
        if name in defined and defined[name] != unit:
            yield unit, defined[name], "links " + name


def objects_below(directory, sources):
    found = {}
    for file in sorted(pathlib.Path(directory).rglob("*.o*")):
        match = re.search(r"/src/(.+[.]c)[.]o(bj)?$", str(file))
        if match and match[1] in sources:
            found[str(file)] = unit_of(match[1])
    return found


def floor_of(unit):
    folder = unit.split("/")[0]
    named = [floor for floor, units in enumerate(FLOORS) if unit in units]
    return (named or [floor for floor, units in enumerate(FLOORS) if folder in units] or [None])[0]


def circles(edges):
    """Groups of units that reach one another."""
    below = {}
    for unit, target, _ in edges:
        below.setdefault(unit, set()).add(target)

    def reached(unit):
        seen, rest = set(), [unit]
        while rest:
            for target in below.get(rest.pop(), ()):
                if target not in seen:
                    seen.add(target)
                    rest.append(target)
        return seen

    reach = {unit: reached(unit) for unit in below}
    return {tuple(sorted(v for v in reach[u] if u in reach.get(v, ()))) for u in reach if u in reach[u]}


def faults(edges):
    edges = [edge for edge in sorted(set(edges)) if edge[0] != edge[1]]
    found = []
    for unit in sorted({unit for edge in edges for unit in edge[:2]}):
        if floor_of(unit) is None:
            found.append(f"{unit} is on no floor")
    if found:
        return found
    for unit, target, how in edges:
        if floor_of(target) > floor_of(unit):
            found.append(f"{unit} goes up a floor to {target}: {how}")
    for group in sorted(circles(edges)):
        found.append("a circle: " + ", ".join(group))
        found += [f"  {unit} {how} of {target}" for unit, target, how in edges if unit in group and target in group]
    return found


def check(sources, objects):
    found = list(faults(list(symbols(objects)))) if objects else []
    for family, others in FAMILIES.items():
        mine = {path: text for path, text in sources.items() if not others.match(path)}
        edges = list(includes(mine)) + list(calls(mine))
        found += [f"{family}: {fault}" for fault in faults(edges)]
    return found


def expect(what, found, word):
    if not any(word in fault for fault in found):
        sys.exit(f"self-test: {what} was not found in {found}")


def self_test():
    good = {
        "core/slots.h": '#include "core/ring.h"\n',
        "core/slots.c": '#include "core/slots.h"\nvoid jev_low(void) {\n}\n',
        "core/ring.h": "",
        "core/send.c": '#include "core/slots.h"\nvoid jev_high(void) {\n  jev_low();\n}\n',
    }
    if check(good, {}):
        sys.exit(f"self-test: {check(good, {})}")
    expect("an include that goes up", check({**good, "core/ring.h": '#include "core/slots.h"\n'}, {}), "goes up a floor")
    expect("a call that goes up", check({**good, "core/slots.c": "void jev_low(void) {\n  jev_high();\n}\n"}, {}), "uses jev_high")
    expect("a circle", check({**good, "core/ring.h": '#include "core/held.h"\n', "core/held.h": '#include "core/ring.h"\n'}, {}), "a circle")
    expect("a file on no floor", check({**good, "core/attic.c": '#include "core/slots.h"\n'}, {}), "is on no floor")
    with tempfile.TemporaryDirectory() as directory:
        folder = pathlib.Path(directory, "native/src/core")
        folder.mkdir(parents=True)
        for name, code in (("held", "void jev_a(void);\nvoid jev_b(void) { jev_a(); }\n"), ("ring", "void jev_b(void);\nvoid jev_a(void) { jev_b(); }\n")):
            pathlib.Path(folder, name + ".c").write_text(code, encoding="utf-8")
            subprocess.run(["cc", "-c", folder / (name + ".c"), "-o", folder / (name + ".c.o")], check=True)
        found = check({}, objects_below(directory, {"core/held.c": "", "core/ring.c": ""}))
        expect("a circle of object files", found, "a circle")


def main(arguments):
    if arguments == ["--self-test"]:
        self_test()
        return
    root = pathlib.Path(__file__).resolve().parents[2] / "native"
    sources = {str(file.relative_to(root / "src")): file.read_text(encoding="utf-8") for file in sorted((root / "src").rglob("*.[ch]"))}
    sources["include/jevent.h"] = ""
    found = check(sources, {})
    for directory in arguments:
        objects = objects_below(directory, sources)
        if not objects:
            found.append(f"{directory} has no object files of native/src")
        found += faults(list(symbols(objects)))
    for fault in found:
        print(fault, file=sys.stderr)
    if found:
        sys.exit(1)


main(sys.argv[1:])
