"""The schema has its say before a file leaves."""

import pytest
from lxml import etree

from avstem.formats.schemas import FAULTS_MAX, validate

SCHEMA = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:element name="sums"><xs:complexType><xs:sequence>
<xs:element name="sum" type="xs:decimal" maxOccurs="unbounded"/>
</xs:sequence></xs:complexType></xs:element></xs:schema>"""


def test_a_valid_file_has_no_faults() -> None:
    assert validate(b"<sums><sum>1.00</sum></sums>", SCHEMA) == []


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        pytest.param(b"<sums>\n<sum>x</sum></sums>", "line 2: ", id="a value that is none"),
        pytest.param(b"<sums><other/></sums>", "not expected", id="a stranger"),
        pytest.param(b"<sums><sum>1", "Premature end", id="cut off"),
        pytest.param(b"", "empty", id="nothing"),
        pytest.param(
            b'<!DOCTYPE sums [<!ENTITY e "1">]><sums><sum>&e;</sum></sums>',
            "document type",
            id="a document type",
        ),
    ],
)
def test_a_fault_is_told_with_its_line(xml: bytes, said: str) -> None:
    faults = validate(xml, SCHEMA)
    assert said in faults[0]


def test_faults_are_bounded() -> None:
    assert len(validate(b"<sums>" + b"<sum>x</sum>\n" * 1000 + b"</sums>", SCHEMA)) <= FAULTS_MAX


def test_a_schema_that_is_none_is_our_mistake() -> None:
    with pytest.raises(etree.LxmlError):
        validate(b"<sums/>", b"<sums/>")
