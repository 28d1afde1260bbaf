"""``textgd inspect``: what is in a saved model."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from textgd.cli.console import escape, print_json, table, to_json
from textgd.cli.options import json_option, model_file
from textgd.parameters import spell_parameters

if TYPE_CHECKING:
    from textgd.scoring import TextScorer


@click.command(short_help="Show how a model was made and what it learned.")
@model_file
@click.option("--top", type=click.IntRange(0), default=10, show_default=True, help="So many features a class.")
@json_option
def inspect(model_path: str, top: int, as_json: bool) -> None:
    """Show how a model was made, and the features that speak most for each class.

    The weight of a feature is what one occurrence adds to the log-odds of the class, in nats, where a document has
    nothing else: what explain says of a text that is this feature alone. Of two classes it is the same in any text; of
    more it depends on what else is there. With tf-idf it is for one unit of the weighted feature; of language models
    it is what a term weighs out of any context. Where probabilities are not in step with the score, it is the score
    against the other classes' mean.
    """
    from textgd.modelfile import load_model

    scorer, info = load_model(model_path)
    size = os.path.getsize(model_path)
    features = dict(zip(map(str, scorer.classes.tolist()), scorer.top_features(top), strict=True))
    units = {str(label): scorer.unit(c) for c, label in enumerate(scorer.classes.tolist())}
    if as_json:
        listed = {
            label: [{"feature": name, "weight": weight} for name, weight in pairs] for label, pairs in features.items()
        }
        models = {label: facts for label, (facts, _) in _language_models(scorer).items()}
        described = {"language_models": models} if models else {}
        print_json({**info, "bytes": size, **described, "units": units, "features": listed})
        return
    click.echo(f"{model_path}: {f'{size / 1e6:.1f} MB' if size >= 1e6 else f'{size / 1e3:.1f} kB'}")
    click.echo(f"made by: textgd train {spell_parameters(info['parameters'])}")
    told = _told(info["training"])
    if told:
        click.echo(told)
    for label, (_, line) in _language_models(scorer).items():
        click.echo(f"language model of {escape(label)}: {line}")
    for label, pairs in features.items():
        if pairs:
            rows = [[escape(name), f"{weight:+.3f}"] for name, weight in pairs]
            click.echo(f"\n{table([f'speaks for {escape(label)}', units[label]], rows)}")


def _language_models(scorer: TextScorer) -> dict[str, tuple[dict[str, Any], str]]:
    """Return what there is to say of each class's language model, as data and as a line."""
    described = {}
    for label, model in zip(scorer.classes.tolist(), getattr(scorer.scorer, "models", ()), strict=False):
        n_ngrams = [len(level.tokens) for level in model.levels]
        counted = ", ".join(f"{n:,} {k}-grams" for k, n in enumerate(n_ngrams, 1))
        defaults = model.smoothing.get("fallback_orders")
        note = f"; default discounts at order {', '.join(map(str, defaults))}" if defaults else ""
        facts = {"order": model.order, "ngrams": n_ngrams, "smoothing": model.smoothing}
        described[str(label)] = facts, f"{model.smoothing['name']}, {counted}{note}"
    return described


def _chosen(training: Any) -> str:
    """Return what training decided by itself."""
    cost, calibration = training["C_saved"], training["calibration_saved"]
    chosen = [f"C = {cost:g}"] if training["cost_search"] else []
    chosen += [f"probabilities by {calibration}"] if calibration else []
    return "".join(f"; {choice}" for choice in chosen)


def _told(training: Any) -> str:
    """Return how the model was trained; the library's users may have noted anything, or nothing."""
    try:
        accuracy = training["metrics"]["accuracy"]["value"]
        refitted = " before it was fitted on all" if training["n_saved_on"] > training["n_train"] else ""
        return (
            f"trained on {training['n_saved_on']:,} documents of {escape(training['corpus'])}, "
            f"{training['n_features_saved']:,} features; accuracy {100 * accuracy:.2f} % on {training['n_test']:,} "
            f"held out{refitted}{_chosen(training)}"
        )
    except (LookupError, TypeError, ValueError):
        return f"notes: {to_json(training)}" if training else ""
