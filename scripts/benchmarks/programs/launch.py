"""Run a command, and print its seconds, greatest memory in megabytes and exit status; the output goes to files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from time import perf_counter

out, err, *command = sys.argv[1:]
with open(out, "wb") as stdout, open(err, "wb") as stderr:
    start = perf_counter()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = perf_counter() - start
child.returncode = os.waitstatus_to_exitcode(status)
# macOS counts bytes, the others kilobytes.
unit = 1e6 if sys.platform == "darwin" else 1e6 / 1024
print(json.dumps([seconds, usage.ru_maxrss / unit, child.returncode]))
