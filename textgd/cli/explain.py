"""``textgd explain``: why a model gives one text its label."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import click

from textgd.cli.console import Stages, escape, note, print_json, shorten, table
from textgd.cli.options import encoding_option, json_option, model_file
from textgd.cli.page_option import page_option
from textgd.cli.sources import STDIN, read_text, refuse_overwriting
from textgd.wording import counted

if TYPE_CHECKING:
    from textgd.explanation import Explanation

# A token may be as long as a text.
_NAME = 60


@click.command(short_help="Show what in a text speaks for its label, and against it.")
@model_file
@click.argument("texts", metavar="TEXT", nargs=-1)
@click.option("--input", "input_path", metavar="FILE", type=click.Path(), help="Read the text from a file, all of it.")
@click.option("--label", metavar="LABEL", help="Explain this label; by default the one that is predicted.")
@page_option("--html")
@click.option("--top", type=click.IntRange(0), default=10, show_default=True, help="List so many pieces.")
@encoding_option
@json_option
def explain(
    model_path: str,
    texts: tuple[str, ...],
    input_path: str | None,
    label: str | None,
    html_path: str | None,
    top: int,
    encoding: str | None,
    as_json: bool,
) -> None:
    """Show what each piece of TEXT, or of standard input (-), adds to the log-odds of its label.

    Log-odds are ln p / (1 - p), in nats: 0 where the label is as probable as all others together, +2.2 at nine to
    one. The bias is what they are before anything is read; with what each n-gram, or each token of a language model,
    adds they sum to what the model says of the whole text. Of a model without probabilities it is the score, against
    the next best label.
    """
    if (input_path is None) == (not texts):
        raise click.UsageError("Give one text, or - for standard input, or --input FILE.")
    if len(texts) > 1:
        raise click.UsageError(f"One text is explained at a time; these are {len(texts)}. Put quotes around it.")
    if encoding is not None and input_path is None and texts != (STDIN,):
        raise click.UsageError("--encoding is about reading a file; here the text is an argument.")
    if html_path is not None:
        from textgd.report import check_page

        refuse_overwriting(html_path, model_path, input_path)
        check_page(html_path)
    Stages()  # tells of a first compilation
    from textgd.explanation import explain as explain_text
    from textgd.modelfile import load_model

    scorer = load_model(model_path).scorer
    text = read_text(input_path or STDIN, encoding) if input_path is not None or texts == (STDIN,) else texts[0]
    explanation = explain_text(scorer, text, label)
    if html_path is not None:
        from textgd.report import explanation_page, write_page

        source = ["--input", input_path] if input_path is not None else texts
        wanted = [] if label is None else ["--label", label]
        command = shlex.join(["textgd", "explain", model_path, *source, *wanted])
        write_page(html_path, explanation_page(explanation, command))
        note(f"wrote {html_path}")
    if len(explanation.values) == 0:
        note("note: there is nothing in this text that the model knows, so its bias decides alone")
    if as_json:
        print_json(explanation.to_dict())
        return
    click.echo("\n\n".join(filter(None, (_headline(explanation), _document(explanation), _table(explanation, top)))))


def _headline(explanation: Explanation) -> str:
    """Return the sum in one line."""
    if explanation.probability is None:
        what = f"its score less that of {escape(explanation.against)} is"
    else:
        what = f"probability {explanation.probability:.4f}, log-odds"
    pieces = explanation.log_odds - explanation.bias
    return (
        f"{escape(explanation.label)}: {what} {explanation.log_odds:+.3f} = bias {explanation.bias:+.3f} "
        f"+ {len(explanation.values):,} pieces {pieces:+.3f}"
    )


def _document(explanation: Explanation) -> str:
    from textgd.cli.highlight import highlight

    return highlight(explanation)


def _table(explanation: Explanation, top: int) -> str:
    """Return the strongest pieces, and what the others add together."""
    features = explanation.strongest()
    rows: list[list[Any]] = [
        [shorten(name, _NAME) if name.strip() else repr(name), f"{times:,}", f"{value:+.3f}"]
        for name, times, value in features[:top]
    ]
    if not rows:
        return ""
    if others := features[top:]:
        times, value = (sum(column) for column in zip(*((times, value) for _, times, value in others), strict=True))
        rows.append([f"({counted(len(others), 'other')})", f"{times:,}", f"{value:+.3f}"])
    return table(["piece", "times", explanation.unit], rows)
