"""The search for better parameters, within a time and under limits of size and latency."""
