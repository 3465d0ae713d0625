"""What is said of a payment that is late, with the one thing to do."""

from datetime import date

from avstem import wording

# What is late (domain.payment_late.LateKind), and what to do where no file from the bank is broken.
LATE: dict[str, tuple[str, str]] = {
    "not_sent": (
        "Nobody knows since {due} whether the bank has the file {file}.",
        "Ask the bank whether it has come; it is not made anew meanwhile.",
    ),
    "not_carried": (
        "The file {file} waits for somebody to take it to the bank, and nobody has said by {due} "
        "that it is there.",
        "Upload it in the internet bank; where that is done, say so on the page of payments.",
    ),
    "no_answer": (
        "The bank should have answered the file {file} by {due}.",
        "Ask the bank for its answer to that file.",
    ),
    "not_approved": (
        "It waits in the bank, and should have left on {due}.",
        "Approve it in the bank, or have it taken out there.",
    ),
    "not_paid": (
        "The account should have shown it by {due}, and does not.",
        "Ask the bank what became of {id} in the file {file}; nothing is paid anew meanwhile.",
    ),
}
# Where files that may be the answer were set aside, that is the next step instead.
INSTEAD: dict[str, str] = {
    "broken": (
        "Ask the bank to send {files} again: what came could not be read, and may be the answer."
    ),
}
#: So many files are named.
NAMED_MAX = 3


def late_text(kind: str, due: date, file: str) -> str:
    """What is late. `file` is the file's id as the bank has it."""
    return wording.translate(LATE[kind][0]).format(due=f"{due:%d.%m.%Y}", file=file)


def late_step(kind: str, file: str, id: str, broken: list[str]) -> str:
    """The one thing to do; `broken` are the names of files that were set aside."""
    if broken:
        return wording.translate(INSTEAD["broken"]).format(files=", ".join(broken[:NAMED_MAX]))
    return wording.translate(LATE[kind][1]).format(file=file, id=id)
