"""Three payment messages, small and whole, and how tests read them."""

import io

from avstem.domain.payment_status import PaymentStatusReport
from avstem.domain.statement import Notice
from avstem.formats.payment_files import PaymentMessage, read_payment_message
from avstem.formats.payment_messages import OrderMessage

ISO = "urn:iso:std:iso:20022:tech:xsd:"
STATUS_REPORT = f"""<Document xmlns="{ISO}pain.002.001.10"><CstmrPmtStsRpt>
<GrpHdr><MsgId>BANK-1</MsgId><CreDtTm>2026-11-02T07:00:00+01:00</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>OUR-1</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>
<GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>
<OrgnlPmtInfAndSts><OrgnlPmtInfId>B-1</OrgnlPmtInfId><PmtInfSts>PART</PmtInfSts>
<NbOfTxsPerSts><DtldNbOfTxs>7</DtldNbOfTxs><DtldSts>ACCP</DtldSts><DtldCtrlSum>70.50</DtldCtrlSum>
</NbOfTxsPerSts>
<TxInfAndSts><StsId>S-1</StsId><OrgnlInstrId>I-1</OrgnlInstrId><OrgnlEndToEndId>E-1</OrgnlEndToEndId>
<TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>RR09</Cd></Rsn><AddtlInf>Ugyldig KID</AddtlInf>
<AddtlInf>Rett og send på nytt</AddtlInf></StsRsnInf><StsRsnInf><Rsn><Prtry>K17</Prtry></Rsn>
</StsRsnInf><AcctSvcrRef>A-1</AcctSvcrRef><OrgnlTxRef><Amt><InstdAmt Ccy="NOK">1250.00</InstdAmt></Amt>
<ReqdExctnDt><Dt>2026-11-03</Dt></ReqdExctnDt><Cdtr><Pty><Nm>Ås Rør</Nm></Pty></Cdtr>
<CdtrAcct><Id><Othr><Id>15030000001</Id></Othr></Id></CdtrAcct></OrgnlTxRef></TxInfAndSts>
</OrgnlPmtInfAndSts>
<OrgnlPmtInfAndSts><OrgnlPmtInfId>B-2</OrgnlPmtInfId><PmtInfSts>ACWC</PmtInfSts>
<TxInfAndSts><OrgnlEndToEndId>E-2</OrgnlEndToEndId><TxSts>NYTT</TxSts></TxInfAndSts>
<TxInfAndSts><OrgnlEndToEndId>E-3</OrgnlEndToEndId></TxInfAndSts></OrgnlPmtInfAndSts>
</CstmrPmtStsRpt></Document>"""
RESOLUTION = f"""<Document xmlns="{ISO}camt.029.001.03"><RsltnOfInvstgtn>
<Assgnmt><Id>BANK-2</Id><CreDtTm>2026-11-02T07:00:00</CreDtTm></Assgnmt>
<RslvdCase><Id>C-1</Id></RslvdCase><Sts><Conf>PDCR</Conf></Sts>
<CxlDtls><OrgnlGrpInfAndSts><OrgnlGrpCxlId>G-1</OrgnlGrpCxlId><OrgnlMsgId>OUR-1</OrgnlMsgId>
<GrpCxlSts>PACR</GrpCxlSts></OrgnlGrpInfAndSts>
<OrgnlPmtInfAndSts><OrgnlPmtInfId>B-1</OrgnlPmtInfId><PmtInfCxlSts>RJCR</PmtInfCxlSts>
<CxlStsRsnInf><Rsn><Cd>LEGL</Cd></Rsn></CxlStsRsnInf>
<TxInfAndSts><OrgnlEndToEndId>E-1</OrgnlEndToEndId><TxCxlSts>ACCR</TxCxlSts>
<OrgnlInstdAmt Ccy="NOK">1250.00</OrgnlInstdAmt><OrgnlReqdExctnDt>2026-11-03</OrgnlReqdExctnDt>
</TxInfAndSts><TxInfAndSts><OrgnlEndToEndId>E-2</OrgnlEndToEndId></TxInfAndSts></OrgnlPmtInfAndSts>
</CxlDtls>
<CxlDtls><TxInfAndSts><RslvdCase><Id>C-2</Id></RslvdCase><OrgnlGrpInf><OrgnlMsgId>OUR-2</OrgnlMsgId>
</OrgnlGrpInf><OrgnlEndToEndId>E-9</OrgnlEndToEndId></TxInfAndSts></CxlDtls>
</RsltnOfInvstgtn></Document>"""
ORDER = f"""<Document xmlns="{ISO}pain.001.001.03"><CstmrCdtTrfInitn>
<GrpHdr><MsgId>M</MsgId><NbOfTxs>2</NbOfTxs><CtrlSum>30.5</CtrlSum></GrpHdr>
<PmtInf><PmtInfId>B</PmtInfId><NbOfTxs>2</NbOfTxs><ReqdExctnDt>2026-11-03</ReqdExctnDt>
<CdtTrfTxInf><PmtId><EndToEndId>E-1</EndToEndId></PmtId><Amt><InstdAmt Ccy="NOK">10.50</InstdAmt></Amt>
<RmtInf><Strd><RfrdDocInf><Tp><CdOrPrtry><Cd>CREN</Cd></CdOrPrtry></Tp><Nb>K1</Nb></RfrdDocInf>
<RfrdDocAmt><CdtNoteAmt Ccy="NOK">2.00</CdtNoteAmt></RfrdDocAmt></Strd>
<Strd><RfrdDocAmt><RmtdAmt Ccy="NOK">12.50</RmtdAmt></RfrdDocAmt>
<CdtrRefInf><Ref>12345674</Ref></CdtrRefInf></Strd></RmtInf></CdtTrfTxInf>
<CdtTrfTxInf><PmtId><EndToEndId>E-2</EndToEndId></PmtId>
<Amt><EqvtAmt><Amt Ccy="NOK">20</Amt><CcyOfTrf>EUR</CcyOfTrf></EqvtAmt></Amt></CdtTrfTxInf>
</PmtInf></CstmrCdtTrfInitn></Document>"""


def read(xml: str | bytes, notices: list[Notice] | None = None) -> PaymentMessage:
    data = xml.encode() if isinstance(xml, str) else xml
    return read_payment_message(io.BytesIO(data), file="f.xml", notices=notices)


def read_report(xml: str) -> PaymentStatusReport:
    found = read(xml)
    assert isinstance(found, PaymentStatusReport)
    return found


def read_order(xml: str | bytes, notices: list[Notice] | None = None) -> OrderMessage:
    found = read(xml, notices)
    assert isinstance(found, OrderMessage)
    return found
