"""Sign-in links: a signed token that works once, for one day; and the link that begins it all.

What makes it one-time: it names the user's last sign-in, and signing in moves that. So every
older link of the user stops working too, whichever way they signed in.
"""

from datetime import timedelta

from django.core import signing
from django.urls import reverse
from django.utils import timezone

from avstem.store.models import User

VALID_FOR = timedelta(days=1)
_SALT = "avstem.sign-in-link"
_BEGIN_SALT = "avstem.begin-link"


def sign_in_link(user: User, base_url: str) -> str:
    """The address that signs the user in, once. `base_url` as `http://127.0.0.1:8000`."""
    token = signing.dumps([user.pk, _mark(user)], salt=_SALT)
    return base_url.rstrip("/") + reverse("sign_in_link", args=[token])


def user_of(token: str) -> User | None:
    """Whom the token signs in, if it still works; it stays unused."""
    try:
        user_id, mark = signing.loads(token, salt=_SALT, max_age=VALID_FOR)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return user if user is not None and _mark(user) == mark else None


def use(token: str) -> User | None:
    """Whom the token signs in; it is used up, even where it is used twice at once."""
    user = user_of(token)
    if user is None:
        return None
    unchanged = User.objects.filter(pk=user.pk, last_login=user.last_login)
    return user if unchanged.update(last_login=timezone.now()) else None


def begin_link(base_url: str) -> str:
    """The address at which the first person begins; "" where somebody is here already."""
    if User.objects.exists():
        return ""
    token = signing.dumps("begin", salt=_BEGIN_SALT)
    return base_url.rstrip("/") + reverse("first_person", args=[token])


def begins(token: str) -> bool:
    """Whether the token still lets somebody begin."""
    try:
        signing.loads(token, salt=_BEGIN_SALT, max_age=VALID_FOR)
    except signing.BadSignature:
        return False
    return not User.objects.exists()


def _mark(user: User) -> str:
    return user.last_login.isoformat() if user.last_login else ""
