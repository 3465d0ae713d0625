"""Countries and codes that decide what a payment abroad must carry.

Sources: EPC409-09 (the SEPA schemes' geographical scope, 2026); EEA Agreement; ISO 13616 IBAN
registry; Skatteetaten, "Koder for betalingsart" (the currency register).

>>> "SE" in EEA, "US" in IBAN_COUNTRIES
(True, False)
"""

_EU = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
)

#: Where each side pays its own bank (PSD2 article 62): charges are shared.
EEA = _EU | frozenset("IS LI NO".split())

#: Countries whose IBANs a SEPA credit transfer reaches (their dependencies have the same IBANs).
SEPA = EEA | frozenset("AD AL CH GB GI MC MD ME MK RS SM VA".split())

#: Countries that issue IBANs: an account there is named by its IBAN and nothing else.
IBAN_COUNTRIES = SEPA | frozenset(
    "AE AZ BA BH BI BR BY CR DJ DO EG FK FO GE GL GT HN IL IQ JO KW KZ LB LC LY MN MR MU NI OM PK "
    "PS QA RU SA SC SD SO ST SV TL TN TR UA VG XK YE".split()
)

#: What a payment abroad is for (betalingsart), as the currency register counts it.
PAYMENT_PURPOSES = {
    "14": "goods",
    "26": "rent and licences",
    "29": "other services",
    "31": "interest",
    "35": "dividend",
    "38": "other return on capital",
    "41": "real estate",
    "43": "direct investment, shares",
    "45": "direct investment, other",
    "51": "portfolio shares",
    "52": "bonds",
    "53": "derivatives",
    "71": "life insurance and pension",
    "79": "other financial",
    "81": "wages",
    "82": "inheritance and gifts",
}

#: Above this value in øre a payment abroad states its purpose, by code and in words.
REPORTED_ABOVE_MINOR = 100_000_00
