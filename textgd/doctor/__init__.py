"""What is wrong with labeled text, and what to do about it."""
