"""Invented people, companies and numbers for practice data.

Organisation numbers begin with 31, as the authorities' synthetic ones do, and accounts have a
register number that no bank holds: nobody real can be met by accident.
"""

from random import Random

_FIRST = (
    "Åse Øyvind Kåre Ingrid Bjørn Solveig Håkon Marit Torbjørn Ragnhild Geir Astrid Per Liv Odd "
    "Kari Ola Gunnhild Stian Anne Frøydis Jørgen Silje Trygve Hege Aksel Tuva Ådne Signe Emil "
    "Nora Sverre Ida Magnus Eli Vegard Tone Lars Berit Sindre Unni Roar Maja Terje"
)
FIRST_NAMES = tuple(_FIRST.split())
_LAST = (
    "Hansen Bråten Myhre Sørli Øvrebø Haugen Fjeldstad Nygård Ødegård Lien Bakken Aasen Strand "
    "Moen Kvam Rønning Solbakken Tveit Sæther Dahl Lunde Berge Nesset Hovland Skår Vik Eide "
    "Brekke Løken Foss Grønli Huseby Kjelstad Røed Sandvik Tangen Ås Helle Mork Opsahl"
)
LAST_NAMES = tuple(_LAST.split())
_TRADE = (
    "Bygg Regnskap Eiendom Tannklinikk Frisør Auto Transport Maling Bakeri Gartneri Barnehage "
    "Borettslag Rørservice Design Kafé Takst Trevare Mekaniske Optikk Fysioterapi"
)
_TRADES = tuple(_TRADE.split())
_ORGNR_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)
_ACCOUNT_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_ORGNR_FIRST = 31_000_000
_REGISTERS = (9904, 95)  # 9904 to 9998


def private_name(random: Random) -> str:
    """First name and family name; a third have two family names."""
    family = random.choice(LAST_NAMES)
    if random.random() < 0.3:
        family = f"{random.choice(LAST_NAMES)} {family}"
    return f"{random.choice(FIRST_NAMES)} {family}"


def company_name(random: Random) -> str:
    """A small company, as `Sørli Bygg AS`."""
    form = random.choice(("AS", "AS", "AS", "ENK", "DA"))
    return f"{random.choice(LAST_NAMES)} {random.choice(_TRADES)} {form}"


def make_orgnr(number: int) -> str:
    """The organisation number made from `number` (0 to 900 000), another for each.

    >>> make_orgnr(0), make_orgnr(1)
    ('310000000', '310000027')
    """
    # One in eleven payloads has no check digit, but never two in a row.
    for payload in range(_ORGNR_FIRST + number * 2, _ORGNR_FIRST + number * 2 + 2):
        check = _check_digit(str(payload), _ORGNR_WEIGHTS)
        if check is not None:
            return f"{payload}{check}"
    raise AssertionError("two payloads in a row are never without a check digit")


def make_account(number: int) -> str:
    """The account made from `number` (0 to 40 000 000), 11 digits, another for each."""
    serial, register = divmod(number, _REGISTERS[1])
    # 100 000 up keeps the fifth and sixth digits from being 00, which some systems read otherwise.
    for last in range(2):
        payload = f"{_REGISTERS[0] + register}{100_000 + serial * 2 + last:06d}"
        check = _check_digit(payload, _ACCOUNT_WEIGHTS)
        if check is not None:
            return f"{payload}{check}"
    raise AssertionError("two payloads in a row are never without a check digit")


def _check_digit(payload: str, weights: tuple[int, ...]) -> int | None:
    rest = -sum(int(digit) * weight for digit, weight in zip(payload, weights, strict=True)) % 11
    return None if rest == 10 else rest
