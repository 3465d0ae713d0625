"""What the roles are called, and what each may do."""

from avstem import wording

# A member's role in a company (store.models.Role): its name, and what it may do.
ROLES: dict[str, tuple[str, str]] = {
    "owner": ("Owner", "Everything: books, payments, people and settings."),
    "accountant": ("Accountant", "Books, matches, prepares and approves payments."),
    "bookkeeper": ("Bookkeeper", "Books, matches and prepares payments; approves none."),
    "approver": ("Approver", "Looks, and approves payments; changes nothing else."),
    "reader": ("Reader", "Looks, and changes nothing."),
}


def role_text(role: str) -> str:
    """The role's name."""
    return wording.translate(ROLES[role][0]) if role in ROLES else role


def role_hint(role: str) -> str:
    """What the role may do."""
    return wording.translate(ROLES[role][1]) if role in ROLES else ""
