"""What a person types in a search box, as a condition."""

from django.db.models import Q


def any_of(fields: tuple[str, ...], words: str) -> Q:
    """Rows where one of the fields holds the words, whatever their case.

    SQLite folds the case of ASCII letters only, so that words with å, ø or æ are asked for in
    the ways they are written.
    """
    found = Q()
    for spelling in {words, words.lower(), words.upper(), words.title()}:
        for field in fields:
            found |= Q(**{f"{field}__icontains": spelling})
    return found
