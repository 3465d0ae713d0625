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


def who_text(actor: str) -> str:
    """Who did something: a person's address, the program itself, or somebody on its machine."""
    if actor == "worker":
        return wording.translate("avstem itself")
    if actor == "practice bank":
        return wording.translate("practice bank")
    name = actor.removeprefix("cli:")
    if name == actor:
        return actor
    return wording.translate("{name}, on the command line").format(name=name)
