"""Published experiments, done again: one module each, started by scripts/reproduce.py."""
