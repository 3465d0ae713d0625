"""How one bank wants its pain.001: what the standard leaves open, as data.

Source: docs/formats/pain001.md; the banks' implementation guides (MIG).
"""

from dataclasses import dataclass
from typing import Literal

Version = Literal["pain.001.001.03", "pain.001.001.09"]
AccountStyle = Literal["BBAN", "IBAN"]
Scheme = Literal["CUST", "BANK"]
Encoding = Literal["UTF-8", "ISO-8859-1", "ISO-8859-15"]

PAIN_001_03: Version = "pain.001.001.03"
PAIN_001_09: Version = "pain.001.001.09"
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"

#: The most the standard takes in `Nm`, and in one `Ustrd`.
NAME_CHARACTERS_MAX = USTRD_CHARACTERS_MAX = 140


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """A bank's way, with what the agreement says of the customer.

    `initiator_id` is the customer's or agreement's number at the bank (some use the organisation
    number) under `initiator_scheme`; `division_id` is DNB's (`SchmeNm/Cd` BANK). None of
    `batch_booking` is the bank's default. Lengths are in characters: names are cut at
    `name_length`, a domestic text above `remittance_length` is refused.
    """

    version: Version = PAIN_001_03
    account_form: AccountStyle = "BBAN"
    initiator_id: str = ""
    initiator_scheme: Scheme = "CUST"
    division_id: str = ""
    batch_booking: bool | None = None
    encoding: Encoding = "UTF-8"
    domestic_creditor_agent: bool = False
    name_length: int = 70
    remittance_length: int = 140
    service_level_normal: str = "NURG"
    service_level_urgent: str = "URGP"
    service_level_same_day: str = "SDVA"
    service_level_sepa: str = "SEPA"
    domestic_charge_bearer: Literal["SLEV", "SHAR"] = "SLEV"
    shared_charges_in_eea: bool = True

    def __post_init__(self) -> None:
        # A dialect is ours: a wrong one is a mistake in the bank directory.
        assert self.version in (PAIN_001_03, PAIN_001_09), self.version
        assert 0 < self.name_length <= NAME_CHARACTERS_MAX, self.name_length
        assert self.remittance_length > 0, self.remittance_length
        assert not self.division_id or self.initiator_id, "a division is of a customer"

    @property
    def is_generation_2(self) -> bool:
        """The shape of .001.09."""
        return self.version == PAIN_001_09

    @property
    def service_levels(self) -> frozenset[str]:
        """Every code of `SvcLvl` this bank knows."""
        return frozenset(
            (
                self.service_level_normal,
                self.service_level_urgent,
                self.service_level_same_day,
                self.service_level_sepa,
            )
        )
