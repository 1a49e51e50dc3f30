"""The paper of a report: one HTML page, its style inside, every text escaped."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from string import Template

__all__ = ["escaped", "page", "prose", "rows_table", "section", "table"]

MAX_SHORT = 20
"""Longest cell that is never broken, in characters."""

_STYLE = """
:root{color-scheme:light dark;--page:#fbfaf8;--card:#fff;--ink:#1b1f24;--soft:#5a626c;
--line:#dcd9d3;
--for:#00795a;--against:#c04a00;--abstain:#6b7280;--unknown:#8a6d00;--accent:#0a5c93;
--band:#e9e3d6;--on:#fff}
@media (prefers-color-scheme:dark){:root{--page:#14171b;--card:#1c2026;--ink:#e8eaed;
--soft:#a5adb8;
--line:#343a43;--for:#3fc39a;--against:#ff8f4a;--abstain:#a3abb8;--unknown:#e3bd4a;
--accent:#7cc0f2;
--band:#33383f;--on:#14171b}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",
Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
.short{white-space:nowrap}
.marking{background:var(--ink);color:var(--page);text-align:center;font-size:.8rem;
letter-spacing:.06em;
padding:.3rem 1rem}
main,header,footer{max-width:52rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:1.75rem}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 .4rem;letter-spacing:-.01em}
h2{font-size:1.25rem;line-height:1.3;margin:0 0 .35rem}
h3{font-size:1rem;margin:1.6rem 0 .4rem}
p{margin:.4rem 0}
a{color:var(--accent)}
.soft{color:var(--soft)}
.plain{font-weight:400}
.lead{font-size:1.05rem;margin-top:.9rem}
.notice{border-left:4px solid var(--against);background:var(--card);padding:.6rem .9rem;
margin:1rem 0}
section{background:var(--card);border:1px solid var(--line);border-radius:10px;
padding:1.15rem 1.25rem;
margin:1.25rem 0}
section>.mark{float:right;margin:.15rem 0 0 1rem;font-size:.72rem;letter-spacing:.05em;
color:var(--soft)}
.verdict{display:inline-block;font-weight:650;padding:.2rem .7rem;border-radius:.7rem;
color:var(--on);
background:var(--abstain);margin:.5rem .6rem .3rem 0}
.verdict.passes{background:var(--for)}.verdict.fails{background:var(--against)}
td .verdict{margin:0}
.verdict.turns{background:var(--unknown)}
table{border-collapse:collapse;width:100%;font-size:.93rem;margin:.3rem 0}
caption{text-align:left;color:var(--soft);font-size:.85rem;padding:0 0 .3rem}
th,td{text-align:left;vertical-align:top;padding:.38rem .9rem .38rem 0;
border-bottom:1px solid var(--line)}
tr:last-child>*{border-bottom:0}
thead th{white-space:nowrap;font-size:.8rem;color:var(--soft);font-weight:600}
tbody th{font-weight:600}
table.rows th{width:9.5rem;color:var(--soft);font-weight:500}
td.number{font-variant-numeric:tabular-nums}
ul.chips{list-style:none;display:flex;flex-wrap:wrap;gap:.3rem;margin:0;padding:0}
ul.chips li{border:1px solid var(--line);border-radius:6px;padding:.02rem .5rem;font-size:.9rem}
dl.votes{display:grid;grid-template-columns:7rem 1fr;gap:.5rem 1rem;margin:.8rem 0}
dl.votes dt{font-weight:600}dl.votes dd{margin:0}
dt.for{color:var(--for)}dt.against{color:var(--against)}dt.abstain{color:var(--abstain)}
dt.unknown{color:var(--unknown)}
figure{margin:.9rem 0 .4rem}
figcaption{font-size:.85rem;color:var(--soft)}
svg{display:block;width:100%;height:auto}
svg text{fill:var(--ink);font:12px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif}
svg .soft{fill:var(--soft)}svg .line{stroke:var(--line)}svg .ink{stroke:var(--ink)}
svg .glyph{stroke:var(--on);stroke-width:2.4;fill:none;stroke-linecap:round}
svg .for{fill:var(--for)}svg .against{fill:var(--against)}svg .abstain{fill:var(--abstain)}
svg .absent{fill:none;stroke:var(--abstain)}svg .unknown{fill:var(--unknown)}
svg .band{fill:var(--band)}
svg .edge{fill:none;stroke:var(--ink);stroke-width:1.6;stroke-dasharray:3 2}
.span{stroke-width:3;stroke-linecap:round}
svg .span.for{stroke:var(--for)}svg .span.against{stroke:var(--against)}
svg .span.abstain{stroke:var(--abstain)}
footer{color:var(--soft);font-size:.85rem;padding-bottom:2rem}
code{font:.85em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
@media (max-width:40rem){
main,header,footer{padding-left:.8rem;padding-right:.8rem}section{padding:1rem .9rem}
h1{font-size:1.45rem}dl.votes{grid-template-columns:1fr;gap:.15rem}
dl.votes dd{margin-bottom:.5rem}
table.wide thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table.wide tr{display:block;border-bottom:1px solid var(--line);padding:.45rem 0}
table.wide tr:last-child{border-bottom:0}
table.wide th{display:block;border:0;padding:0}
table.wide td{display:inline-block;border:0;padding:0 1rem 0 0}
table.wide td:empty{display:none}
table.wide td::before{content:attr(data-label) ": ";color:var(--soft);font-size:.85rem}
table.rows th{width:6.5rem}}
@media print{
:root{color-scheme:light;--page:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--for:#00654b;
--against:#a84000;--abstain:#5b6270;--unknown:#735b00;--accent:#000;--band:#e6e1d6;--on:#fff}
body{font-size:10.5pt}main,header,footer{max-width:none;padding:.4rem 0 0}
section{border:0;border-top:1px solid #999;border-radius:0;padding:.6rem 0;margin:.6rem 0}
h2,h3,figcaption,.verdict{break-after:avoid}tr,figure,dl.votes,li{break-inside:avoid}
.marking,.verdict,svg{print-color-adjust:exact;-webkit-print-color-adjust:exact}
@page{margin:18mm 14mm}}
"""

_PAGE = Template("""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>$title ($marking)</title>
<style>$style$paper</style>
</head>
<body>
<div class="marking">$marking</div>
<header>
$head
</header>
<main>
$body
</main>
<footer>
$foot
</footer>
<div class="marking">$marking</div>
</body>
</html>
""")


def escaped(text: object) -> str:
    """Make a text safe to stand anywhere in a page.

    Parameters
    ----------
    text : object
        Any text, of a file or of the engine.

    Returns
    -------
    str
        Without control and direction characters, on one line, marks of HTML escaped.

    Examples
    --------
    >>> escaped('<script>"x"')
    '&lt;script&gt;&quot;x&quot;'
    """
    plain = "".join(c if c.isprintable() else " " for c in str(text))
    return html.escape(" ".join(plain.split()))


def prose(text: object) -> str:
    """Make a text of several sentences safe; what stands between backticks is set as code.

    Parameters
    ----------
    text : object
        Any text.

    Returns
    -------
    str

    Examples
    --------
    >>> prose("`a <b>` and a lone `")
    '<code>a &lt;b&gt;</code> and a lone `'
    """
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escaped(text))


def page(title: str, marking: str, head: str, sections: Iterable[str], foot: str) -> str:
    """Put a page together.

    Parameters
    ----------
    title, marking : str
        Of the case, not yet escaped.
    head, foot : str
        HTML above and below the sections.
    sections : iterable of str
        HTML.

    Returns
    -------
    str
        A whole document that asks for nothing outside itself.
    """
    return _PAGE.substitute(
        title=escaped(title),
        marking=escaped(marking or "not marked"),
        style=_STYLE,
        paper=_paper(marking or "not marked"),
        head=head,
        body="\n".join(sections),
        foot=foot,
    )


def _paper(marking: str) -> str:
    """Repeat the marking at the head and foot of every sheet of paper."""
    plain = "".join(c if c.isprintable() else " " for c in marking)
    text = "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):06x}" for c in plain)
    boxes = "".join(
        f'@{side}-center{{content:"{text}";font:8pt sans-serif}}' for side in ("top", "bottom")
    )
    return f"@page{{{boxes}}}\n"


def section(key: str, title: str, marking: str, parts: Iterable[str]) -> str:
    """Make a section with its own marking.

    Parameters
    ----------
    key : str
        Identifier within the page, plain letters and digits.
    title, marking : str
        Heading and marking, not yet escaped.
    parts : iterable of str
        HTML.

    Returns
    -------
    str
    """
    return (
        f'<section id="{key}" aria-labelledby="{key}-title">\n'
        f'<p class="mark">{escaped(marking)}</p>\n'
        f'<h2 id="{key}-title">{escaped(title)}</h2>\n' + "\n".join(p for p in parts if p) + "\n"
        "</section>"
    )


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], caption: str = "") -> str:
    """Make a table whose rows become cards on a narrow screen; empty columns are left out.

    Parameters
    ----------
    columns : sequence of str
        Headings, not yet escaped.
    rows : iterable of sequence of str
        Cells as HTML; the first of a row heads it.
    caption : str
        What the table holds, not yet escaped.

    Returns
    -------
    str
    """
    grid = [list(row) for row in rows]
    kept = [k for k in range(len(columns)) if k == 0 or any(row[k] for row in grid)]
    columns = [columns[k] for k in kept]
    head = "".join(f'<th scope="col" role="columnheader">{escaped(c)}</th>' for c in columns)
    lines = []
    for first, *cells in ([row[k] for k in kept] for row in grid):
        others = "".join(
            f'<td role="cell" data-label="{escaped(name)}"{_short(cell)}>{cell}</td>'
            for name, cell in zip(columns[1:], cells, strict=True)
        )
        head_ = f'<th scope="row" role="rowheader"{_short(first)}>{first}</th>'
        lines.append(f'<tr role="row">{head_}{others}</tr>')
    told = f"<caption>{escaped(caption)}</caption>" if caption else ""
    body = "\n".join(lines)
    return (
        f'<table class="wide" role="table">{told}<thead role="rowgroup"><tr role="row">{head}</tr>'
        f'</thead>\n<tbody role="rowgroup">\n{body}\n</tbody></table>'
    )


def _short(cell: str) -> str:
    """Keep a short cell on one line, so that a long one beside it does the giving way."""
    return ' class="short"' if len(cell) <= MAX_SHORT else ""


def rows_table(rows: Iterable[tuple[str, str]]) -> str:
    """Make a table of labels and texts.

    Parameters
    ----------
    rows : iterable of (str, str)
        Neither is escaped yet.

    Returns
    -------
    str
        Nothing when there is no row.
    """
    lines = [
        f'<tr><th scope="row">{escaped(label)}</th><td>{escaped(text)}</td></tr>'
        for label, text in rows
    ]
    return f'<table class="rows"><tbody>{"".join(lines)}</tbody></table>' if lines else ""
