"""`avstem serve`: the web application in one process with threads."""

import click

from avstem.cli.common import start

THREADS = 8


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
def command(host: str, port: int) -> None:
    """Serve the screens until Ctrl-C."""
    start()
    serve(host, port)


def serve(host: str, port: int) -> None:
    """Listen until interrupted; Django has been started. Prints the address first."""
    import waitress

    _require_tables()
    from avstem.config.wsgi import application

    try:
        server = waitress.create_server(application, host=host, port=port, threads=THREADS)
    except OSError as wrong:
        raise click.UsageError(f"cannot listen on {host}:{port}: {wrong.strerror}") from wrong
    click.echo(f"avstem is at http://{host}:{server.effective_port}/")
    try:
        server.run()
    except KeyboardInterrupt:
        server.close()


def _require_tables() -> None:
    """SQLite upgrades itself; a server's database is upgraded by its keeper, at a chosen time."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise click.UsageError("the database is not ready; run `avstem migrate` first.")
