"""Advice which model to take: a small study within a time, and what it says."""
