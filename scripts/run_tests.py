"""All tests: on SQLite with the browser, then those of the tables again on PostgreSQL."""

import os
import subprocess
import sys
import tempfile


def main() -> int:
    """Run both rounds and print one coverage table; the worse exit code is the answer."""
    arguments = sys.argv[1:]
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "AVSTEM_HOME": home, "COVERAGE_PROCESS_START": ""}
        codes = [pytest([*arguments], {**environment, "AVSTEM_TEST_DATABASE": "sqlite"})]
        if environment.get("AVSTEM_TEST_PG"):
            # Django's settings are read before any test is: the database stands in the environment.
            on_postgresql = {
                **environment,
                "AVSTEM_TEST_DATABASE": "postgresql",
                "AVSTEM_DATABASE_URL": environment["AVSTEM_TEST_PG"],
            }
            codes.append(pytest(["-m", "database", *arguments], on_postgresql))
        elif environment.get("CI"):
            print("PostgreSQL is not here: its tests did not run.", file=sys.stderr)
            codes.append(1)
    subprocess.run([sys.executable, "-m", "coverage", "combine", "--quiet"], check=False)
    subprocess.run([sys.executable, "-m", "coverage", "report"], check=False)
    return max(codes)


def pytest(arguments: list[str], environment: dict[str, str]) -> int:
    """One round under coverage."""
    print(f"\n== tests on {environment['AVSTEM_TEST_DATABASE']} ==", flush=True)
    command = [sys.executable, "-m", "coverage", "run", "-m", "pytest", "-q", *arguments]
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
