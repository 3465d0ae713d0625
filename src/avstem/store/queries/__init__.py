"""Reading for the screens: each function takes the company and answers with plain values."""
