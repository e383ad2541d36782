#!/usr/bin/env python3
"""Draws the ladder's comparison: ladder-picture.py MEASUREMENTS.md PICTURE.svg

Reads the tables of lines a second in docs/measurements and draws the ratio to bare epoll, which they have in
brackets, as bars: a group for each cell, a bar for each contestant.
"""
import re
import sys

CELLS = [
    ("64x1x64", "64 connections, 64 B"),
    ("1000x1x64", "1,000 connections, 64 B"),
    ("64x16x64", "64, 16 lines in flight"),
    ("64x1x16384", "64 connections, 16 KiB"),
    ("close", "connect, a line, close"),
]
CONTESTANTS = [
    ("**epoll**, JNI", "jevent, epoll", "#1f4e9c"),
    ("**io_uring**, JNA", "jevent, io_uring", "#3b82d0"),
    ("**nio**", "jevent, nio", "#8db8e8"),
    ("Netty, epoll", "Netty, epoll", "#c8553d"),
    ("NIO by hand", "NIO by hand", "#7a7f87"),
    ("libuv, C", "libuv, C", "#5a9a4b"),
    ("libevent, C", "libevent, C", "#c99a2e"),
]
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 910, 380, 50, 70, 300
BAR, GAP, SCALE_END = 20, 28, 1.25


def ratios(text):
    """By contestant and cell, from every table whose first cell names lines a second."""
    found, cells = {}, None
    for line in text.splitlines():
        if not line.startswith("|"):
            cells = None
            continue
        row = [cell.strip() for cell in line.strip("|").split("|")]
        if row[0].startswith("lines/s, and to bare epoll"):
            cells = row[1:]
        elif cells:
            for cell, value in zip(cells, row[1:]):
                ratio = re.search(r"\(([0-9.]+)\)", value)
                if ratio:
                    found[row[0], cell] = float(ratio.group(1))
    return found


def y(ratio):
    return BOTTOM - (BOTTOM - TOP) * ratio / SCALE_END


def text(x, at, words, size=12, anchor="middle", weight="normal"):
    return (f'<text x="{x:.1f}" y="{at:.1f}" font-size="{size}" text-anchor="{anchor}" '
            f'font-weight="{weight}">{words}</text>')


def picture(found):
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
           f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" fill="#111827">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
           text(WIDTH / 2, 24, "ROT13 servers: lines a second, as a part of a bare epoll loop in C", 15,
                weight="bold")]
    x = LEFT
    for _, name, colour in CONTESTANTS:
        out.append(f'<rect x="{x}" y="40" width="11" height="11" fill="{colour}"/>')
        out.append(text(x + 16, 50, name, anchor="start"))
        x += 34 + 7 * len(name)
    for step in range(6):
        ratio = step / 4
        out.append(f'<path d="M{LEFT} {y(ratio):.1f}H{WIDTH - 10}" '
                   f'stroke="{"#111827" if ratio == 1 else "#d7dae0"}" stroke-width="1"/>')
        out.append(text(LEFT - 6, y(ratio) + 4, f"{ratio:.2f}", 11, "end"))
    x = LEFT + 8
    for cell, meaning in CELLS:
        for index, (row, name, colour) in enumerate(CONTESTANTS):
            ratio = found[row, cell]
            out.append(f'<rect x="{x + index * BAR}" y="{y(ratio):.1f}" width="{BAR - 3}" '
                       f'height="{BOTTOM - y(ratio):.1f}" fill="{colour}">'
                       f'<title>{name}, {cell}: {ratio:.2f}</title></rect>')
        middle = x + len(CONTESTANTS) * BAR / 2
        out.append(text(middle, BOTTOM + 20, cell, weight="bold"))
        out.append(text(middle, BOTTOM + 37, meaning, 11))
        x += len(CONTESTANTS) * BAR + GAP
    out.append(text(WIDTH / 2, HEIGHT - 14,
                    "one run on two processors: the server on one, clients on the other; higher is better", 11))
    return "\n".join(out + ["</svg>", ""])


if __name__ == "__main__":
    source, target = sys.argv[1:]
    with open(source, encoding="utf-8") as file:
        drawn = picture(ratios(file.read()))
    with open(target, "w", encoding="utf-8") as file:
        file.write(drawn)
