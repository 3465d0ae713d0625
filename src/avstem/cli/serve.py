"""`avstem serve`: the web application."""

import click

from avstem.cli.common import start
from avstem.cli.output import NOTHING_DONE

THREADS = 8


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
def command(host: str, port: int) -> int | None:
    """Serve the web pages. Stop with Ctrl-C."""
    start()
    from avstem.config.startup import is_current

    if not is_current():
        click.echo(
            "avstem: the database's tables are not made yet: run `avstem migrate`.", err=True
        )
        return NOTHING_DONE
    address = f"http://{_called(host)}:{port}"
    click.echo(f"avstem is at {address}/")
    _tell_how_to_begin(address)
    serve(host, port)
    return None


def _called(host: str) -> str:
    """What a browser on this machine calls it: an address of numbers has no passkeys."""
    return "localhost" if host in {"127.0.0.1", "::1"} else host


def _tell_how_to_begin(address: str) -> None:
    """Where nobody works yet, the link that makes the first person; who reads it here may."""
    from avstem.web.sign_in import begin_link

    if link := begin_link(address):
        click.echo("\nNobody works here yet. Begin with this link; it works once, for a day:\n")
        click.echo(f"    {link}\n")


def serve(host: str, port: int) -> None:
    """Serve until stopped; Django must be started."""
    import waitress

    from avstem.config.wsgi import application

    try:
        waitress.serve(application, host=host, port=port, threads=THREADS, ident="avstem")
    except OSError as wrong:
        raise click.ClickException(f"cannot listen on {host}:{port}: {wrong.strerror}") from wrong
