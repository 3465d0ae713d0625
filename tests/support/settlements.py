"""Small settlement reports for the tests."""

from decimal import Decimal

VIPPS_HEADER = (
    "Salgsdato;Salgssted;Vippsnummer;Produkt;Transaksjons-ID;Ordre-ID;Brutto;Gebyr;Netto;"
    "Transaksjonstype;Oppgjørs-ID;Oppgjørsdato;Oppgjørssum;Oppgjørskonto;Fornavn;Etternavn;Melding"
)
STRIPE_HEADER = (
    "automatic_payout_id,automatic_payout_effective_at,balance_transaction_id,created_utc,"
    "currency,gross,fee,net,reporting_category,source_id,description,invoice_number"
)
ZETTLE = """\
Oppgjørsdato;Betalingsdato;Referanse;Type;Netto;Saldo
2026-05-04 03:00;;;Utbetaling til bankkonto;-97,25;0,00
2026-05-03 10:01;;4002;Gebyr;-1,00;97,25
2026-05-03 10:01;2026-05-02 09:00;4002;Kortbetaling;50,00;98,25
2026-05-02 10:01;;4001;Gebyr;-1,75;48,25
2026-05-02 10:01;2026-05-01 09:00;4001;Kortbetaling;50,00;50,00
"""


def vipps(
    *,
    number: str = "2000023",
    day: str = "13.04.2026",
    paid: str = "78,25",
    gross: str = "100,00",
    account: str = "15030001017",
    text: str = "Til kaffen",
) -> str:
    """A payout of Vipps' unit 57860: a sale of 100 with a fee of 1.75, and a refund of 20."""
    net = f"{Decimal(gross.replace(',', '.')) - Decimal('1.75'):.2f}".replace(".", ",")
    end = f"{number};{day};{paid};{account};;;"
    return (
        f"{VIPPS_HEADER}\n"
        f"11.04.2026;Fjord;57860;Vipps;7{number}1;F-1;{gross};1,75;{net};Salg;{end}{text}\n"
        f"12.04.2026;Fjord;57860;Vipps;7{number}2;;-20,00;0,00;-20,00;Refundering;{end}\n"
    )


def stripe(*payouts: tuple[str, str, str], sales: int = 1) -> str:
    """Payouts as (id, day, amount): each of `sales` sales, the first of which has all but 1.00."""
    rows = [STRIPE_HEADER]
    for id, day, amount in payouts:
        for number in range(sales):
            gross = f"{Decimal(amount) - sales + 1:.2f}" if number == 0 else "1.00"
            rows.append(
                f"{id},{day} 00:00:00,txn_{id}_{number},{day} 10:00:00,nok,{gross},0.00,{gross},"
                f"charge,ch_{id}_{number},,F-{number}"
            )
        rows.append(
            f"{id},{day} 00:00:00,txn_{id}_p,{day} 00:00:00,nok,-{amount},0.00,-{amount},payout,"
            f"{id},STRIPE PAYOUT,"
        )
    return "\n".join(rows) + "\n"
