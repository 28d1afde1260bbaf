"""The benchmarks that ``scripts/bench.py`` runs: what is measured, against whom, and with which target."""
