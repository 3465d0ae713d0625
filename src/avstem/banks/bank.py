"""A bank as the directory knows it."""

from dataclasses import dataclass
from datetime import time
from typing import Literal

#: How files can go between a customer and a bank.
Channel = Literal[
    "netbank",  # uploaded and downloaded by hand in the corporate internet bank
    "aggregator",  # through a company that carries files to many banks
    "direct",  # a direct agreement between the accounting system and the bank
    "sftp",
    "secure_envelope",  # signed envelopes over a web service, Nordea's Corporate Access
    "edi_web_services",  # signed and encrypted web services, Danske Bank's
    "psd2",
]
Freshness = Literal["unknown", "same_or_next_day", "once_a_day", "same_day", "next_day"]


@dataclass(frozen=True, slots=True)
class Fee:
    """What the bank takes for the agreement a month, in minor units; None is not known.

    Not known is not nothing: banks may charge, and say how much themselves.
    """

    monthly_minor: int | None = None
    currency: str = "NOK"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """One participant in the Norwegian register: it has its own BIC and account numbers.

    A bank that was merged into another keeps its own entry as long as the register has it, for
    its accounts still have its BIC. `register_numbers` are the first four digits of its accounts.
    `alliance` is `Independent` or `Foreign branch` where the bank stands alone; `groups` are
    other names of the alliance and wider circles. `order` names an order guide, `dialect` a
    dialect. `cut_offs` are the times before which an order goes with the next clearing,
    `delivery_times` those at which the clearings are run (Europe/Oslo); these and `channels` are
    empty where they are not known. `sources` say who told us.
    """

    slug: str
    name: str
    aliases: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()
    alliance: str
    groups: tuple[str, ...] = ()
    bics: tuple[str, ...] = ()
    register_numbers: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = ()
    dialect: str
    order: str
    freshness: Freshness = "unknown"
    fee: Fee = Fee()
    cut_offs: tuple[time, ...] = ()
    delivery_times: tuple[time, ...] = ()
    sources: tuple[str, ...]

    @property
    def bic(self) -> str | None:
        """The BIC for new files; None where it has none in the register."""
        return self.bics[0] if self.bics else None
