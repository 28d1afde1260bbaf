"""The pages in docs/ run as they stand: Python blocks in order, in one namespace, and print what stands after each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.markdown import blocks, run_python

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES = sorted(DOCS.glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_prints_what_it_says(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Any] = {"__name__": page.stem}
    found = list(blocks(page.read_text(encoding="utf-8")))
    assert {block.language for block in found} == {"python", "output"}
    printed = None
    for block in found:
        if block.language == "python":
            assert not printed, f"{page.name}, line {block.line}: what the block before prints is not shown"
            printed = run_python(block, page, namespace)
        else:
            assert block.code == printed, f"{page.name}, line {block.line}"
            printed = None
    assert not printed


def test_there_are_pages() -> None:
    assert [page.name for page in PAGES] == ["bayes-link.md"]
