"""The search for the parameters that do best, within a time and under limits."""
