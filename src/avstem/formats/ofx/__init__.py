"""OFX 1 (SGML) and 2 (XML), and QFX, which is OFX with a publisher's own elements."""
