"""The pieces of a page that is complete in itself: readable offline, by day, by night and on paper, with no script."""

from __future__ import annotations

import html
import importlib.util
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from textgd import __version__
from textgd.errors import InvalidParameterError, MissingExtraError
from textgd.files import check_destination, write_whole

__all__ = [
    "Html",
    "check_page",
    "details",
    "element",
    "facts",
    "page",
    "paragraph",
    "section",
    "spelled",
    "table",
    "to_html",
    "write_page",
]


class Html(str):
    """Text that is HTML already; whatever else is put into a page is escaped."""

    __slots__ = ()


def to_html(content: Any) -> Html:
    """Return content as HTML: as it is where it is HTML, else escaped, with what no page may hold replaced.

    Examples
    --------
    >>> to_html("<b>"), to_html(Html("<b>"))
    ('&lt;b&gt;', '<b>')
    """
    if isinstance(content, Html):
        return content
    text = str(content).encode("utf-8", "replace").decode("utf-8")
    return Html(html.escape("".join(c if c.isprintable() or c in "\n\t" else "�" for c in text)))


def element(name: str, *content: Any, **attributes: Any) -> Html:
    """Return an element; what it holds is escaped unless it is `Html`.

    Examples
    --------
    >>> element("p", "1 < 2 ", element("b", "always"), class_="note")
    '<p class="note">1 &lt; 2 <b>always</b></p>'
    """
    spelled = "".join(
        f' {key.rstrip("_")}="{to_html(value)}"' for key, value in attributes.items() if value is not None
    )
    return Html(f"<{name}{spelled}>{''.join(map(to_html, content))}</{name}>")


def paragraph(*content: Any, class_: str | None = None) -> Html:
    """Return a paragraph."""
    return element("p", *content, class_=class_)


def section(heading: str, *content: Any) -> Html:
    """Return a section under a heading."""
    return element("section", element("h2", heading), *content)


def details(summary: str, *content: Any) -> Html:
    """Return what is folded away until somebody opens it, and printed in full."""
    return element("details", element("summary", summary), *content)


def table(header: Sequence[Any], rows: Iterable[Sequence[Any]], left: int = 1) -> Html:
    """Return a table: the first column names the row; the first `left` are to the left, the others to the right."""

    def cells(row: Sequence[Any], name: str) -> Html:
        return element(
            "tr",
            *(
                element(
                    "th" if k == 0 else name,
                    cell,
                    scope="col" if name == "th" else "row" if k == 0 else None,
                    class_="left" if k < left else None,
                )
                for k, cell in enumerate(row)
            ),
        )

    body = element("tbody", *(cells(row, "td") for row in rows))
    return element("div", element("table", element("thead", cells(header, "th")), body), class_="wide")


def facts(values: Mapping[str, Any]) -> Html:
    """Return names and what they stand for, nested ones in one line."""
    pairs = (part for key, value in values.items() for part in (element("dt", key), element("dd", spelled(value))))
    return element("dl", *pairs)


def spelled(value: Any) -> str:
    """Return a value of any kind in words, on one line."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {spelled(part)}" for key, part in value.items()) or "none"
    if isinstance(value, list | tuple):
        return ", ".join(map(spelled, value)) or "none"
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int) and abs(value) >= 10_000:
        return f"{value:,}"
    return "none" if value is None else str(value)


_STYLE = """
:root { color-scheme: light dark; --page: #fff; --ink: #1f2328; --soft: #5c6570; --line: #d8dde3; --shade: #f4f6f8;
  --accent: #0072b2; }
@media (prefers-color-scheme: dark) { :root { --page: #15181c; --ink: #e4e7eb; --soft: #9aa4af; --line: #333a42;
  --shade: #1e2329; --accent: #56b4e9; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1.25rem 3rem; background: var(--page); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2.25rem 0 .6rem; }
p { margin: .5rem 0; max-width: 46rem; overflow-wrap: anywhere; }
.lead { font-size: 1.1rem; border-left: .25rem solid var(--accent); padding: .1rem 0 .1rem .9rem; margin: 0 0 1.5rem; }
.note, figcaption, footer { color: var(--soft); font-size: .875rem; }
figure { margin: 1.25rem 0; }
figure svg { display: block; width: 100%; max-width: 44rem; height: auto; color: var(--ink); }
.wide { overflow-x: auto; margin: .6rem 0; }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .75rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line);
  font-weight: normal; vertical-align: baseline; }
thead th { border-bottom: 1px solid var(--soft); color: var(--soft); font-weight: 600; }
tbody tr:hover { background: var(--shade); }
th:first-child, td:first-child { padding-left: .25rem; }
.left { text-align: left; }
.left { white-space: normal; }
.best { font-weight: 700; }
small { color: var(--soft); font-size: .8rem; font-weight: normal; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.25rem; margin: .5rem 0; font-size: .875rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
pre { background: var(--shade); padding: .7rem .9rem; border-radius: .35rem; overflow-x: auto; font-size: .85rem;
  white-space: pre-wrap; overflow-wrap: anywhere; }
details { margin: .8rem 0; }
summary { cursor: pointer; color: var(--accent); font-size: .925rem; }
footer { margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: .6rem; }
@media (max-width: 40rem) { td.left { min-width: 9rem; } }
@media print { :root { color-scheme: light; --page: #fff; --ink: #000; --soft: #444; --line: #bbb; --shade: #f3f3f3; }
  body { max-width: none; padding: 0; font-size: 10pt; } .wide { overflow: visible; }
  details::details-content { content-visibility: visible; display: block; height: auto; }
  summary { color: var(--soft); }
  tr, figure, .lead { break-inside: avoid; } h2 { break-after: avoid; } }
"""


def page(title: str, *content: Any, style: str = "") -> str:
    """Return a whole page.

    Parameters
    ----------
    title : str
    *content
        Sections and the like; what is not `Html` is escaped.
    style : str
        CSS rules that are added.
    """
    # Should anything ever slip through, a browser still loads and runs nothing.
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            element("title", title),
            f"<style>{_STYLE}{style}</style>",
            "</head>",
            "<body>",
            element("h1", title),
            *map(to_html, content),
            element("footer", f"textgd {__version__}"),
            "</body>",
            "</html>",
            "",
        )
    )


def check_page(path: str | os.PathLike[str], *, has_pictures: bool = False) -> Path:
    """Return where a page will stand; refuse what would fail in the end.

    Parameters
    ----------
    path : path of the file
    has_pictures : bool
        Whether pictures are to be drawn for it.

    Raises
    ------
    InvalidParameterError
        Where the name says that it is something else than a page.
    MissingExtraError
        Where pictures are wanted and matplotlib is not installed.
    TextgdError
        Where no file can be written there.
    """
    if has_pictures and importlib.util.find_spec("matplotlib") is None:
        raise MissingExtraError("The picture of a report", "plot")
    place = check_destination(path, "report")
    if Path(path).suffix.lower() not in (".html", ".htm"):
        raise InvalidParameterError(f"A report is a page; let the name {os.fspath(path)!r} end with .html.")
    return place


def write_page(path: str | os.PathLike[str], whole: str) -> None:
    """Write a page, which takes its place once it is whole.

    Raises
    ------
    TextgdError
        Where the file cannot be written.
    """
    write_whole(check_destination(path, "report"), whole.encode("utf-8"))
