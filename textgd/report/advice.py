"""The page of advice: what to take and why, the picture of the leaders, all models, what would change the answer."""

from __future__ import annotations

from collections.abc import Iterable

from textgd.advice.display import cells, header, how_studied
from textgd.advice.result import Advice
from textgd.evaluation.display import visible
from textgd.plots import curves_svg
from textgd.report.pages import Html, element, facts, page, paragraph, section, table
from textgd.report.pictures import PICTURE_STYLE, picture

__all__ = ["advice_page"]


def advice_page(advice: Advice, command: str) -> str:
    """Return advice as one HTML page.

    Parameters
    ----------
    advice : Advice
    command : str
        What made it.

    Raises
    ------
    MissingExtraError
        Where matplotlib is not installed.
    """
    chosen = advice[advice.model]
    lead = f"{chosen.model}: {chosen.title}, {chosen.family}; {advice.reasons[0].text}."
    runner_up = [] if advice.runner_up is None else [f"Runner-up: {advice.runner_up.model}, {advice.runner_up.text}."]
    trained = [] if advice.command is None else [section("Train it", element("pre", advice.command))]
    return page(
        f"Which model for {visible(advice.corpus, 80)}",
        paragraph(lead, class_="lead"),
        section("Why", _listed(reason.text for reason in advice.reasons), *map(paragraph, runner_up)),
        section("What would change the answer", _listed(change.text for change in advice.would_change)),
        section(
            "All models",
            table(header(advice), [cells(candidate, advice) for candidate in advice.models], left=3),
            paragraph(f"{'. '.join(map(_capital, how_studied(advice)))}.", class_="note"),
        ),
        *_picture(advice),
        *trained,
        section("How this came about", element("pre", command), facts({"metric": advice.metric, **advice.settings})),
        style=PICTURE_STYLE,
    )


def _picture(advice: Advice) -> list[Html]:
    if len(advice.curves.train_sizes) < 2:
        return []
    words = f"Error of {len(advice.curves.models)} models over the number of training documents."
    caption = "The better half of the models and the best of each family, on the folds of the study."
    return [section("Over the number of documents", picture(curves_svg(advice.curves), words, caption))]


def _listed(texts: Iterable[str]) -> Html:
    return element("ul", *(element("li", text) for text in texts))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
