"""Why a model says what it says: what each piece of a text adds to the log-odds of a label."""
