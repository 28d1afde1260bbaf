"""Check that the installed textgd is complete: started outside the checkout, whose folder is the one argument."""

from __future__ import annotations

import sys
from pathlib import Path

import textgd

checkout = Path(sys.argv[1])
installed = Path(textgd.__file__).parent
if installed.is_relative_to(checkout):
    sys.exit(f"This is the checkout's own textgd, not an installed one: {installed}")

expected = {Path("py.typed")}
expected |= {path.relative_to(checkout / "textgd") for path in (checkout / "textgd").rglob("*.py")}
expected |= {path.relative_to(checkout) for path in (checkout / "corpora").rglob("*") if path.is_file()}
missing = sorted(str(path) for path in expected if not (installed / path).is_file())
if missing:
    sys.exit(f"The wheel lacks {', '.join(missing)}")
print(f"{len(expected)} files are where they belong in {installed}")
