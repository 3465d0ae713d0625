"""`python -m avstem.cli` is the command `avstem`."""

from avstem.cli.main import run

run()
