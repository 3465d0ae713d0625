"""pain.001: payment orders as Norwegian banks take them (see docs/formats/pain001.md)."""
