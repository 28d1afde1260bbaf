"""Experiments that compare models, and how sure one can be of what they say: no family of models is named here."""
