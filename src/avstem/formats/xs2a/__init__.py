"""Account reports of banks' open interfaces: JSON of NextGenPSD2 (Berlin Group XS2A)."""
