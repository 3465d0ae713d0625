"""The first person of a database in which nobody is."""

from django.db import transaction as database

from avstem.domain.people_errors import BegunError
from avstem.store.members import checked_email
from avstem.store.models import User


@database.atomic
def begin_here(*, email: str, name: str, password: str) -> User:
    """The person, who works in no company yet; refused where anybody is here already.

    Who may do it has been told so by the program itself, where it was started.
    """
    address = checked_email(email)
    if User.objects.exists():
        raise BegunError()
    return User.objects.create_user(address, password, name=name.strip()[:140])
