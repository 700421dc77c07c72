"""Where the program starts: the window, or one command of the command line, which never imports Qt."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

INTERRUPTED = 130


def _leave(_signal: int, _frame: FrameType | None) -> None:
    """Ctrl+C while there is nothing to stop yet. An exception here would come out of the middle of an import."""
    os._exit(INTERRUPTED)


# Before the imports below, which take most of the start. An interrupt that the caller ignores stays ignored.
if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, _leave)

from argparse import Namespace  # noqa: E402
from collections.abc import Iterator, Sequence  # noqa: E402
from contextlib import contextmanager  # noqa: E402

from app import cli, logs, paths  # noqa: E402


def main(argv: Sequence[str] | None = None) -> int:
    """The console script `kinfolio`, and `python -m app`."""
    if getattr(sys, "frozen", False) and sys.argv[1:] == ["decode-rare-formats"]:
        from app.decode import child  # a packaged program starts itself for this (app/decode/elsewhere.py)

        child.main()
        return 0
    if sys.stderr is None:  # `2>&-`, or a program of Windows without a console
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  (open until the end)
    arguments = cli.parse(argv)
    logs.keep_native_messages(paths.logs_folder())
    if not _opens_window(arguments):
        logs.say_plainly()
        with _stoppable():
            return cli.execute(arguments)
    from app import main as window  # Qt: a command must neither need it nor wait for it

    photos = getattr(arguments, "photos", None)
    with _stoppable():
        return window.run(arguments.library, [photos] if photos is not None else None, arguments.device)


@contextmanager
def _stoppable() -> Iterator[None]:
    """While there is work, Ctrl+C is an exception, so that all that is open is closed."""
    if signal.getsignal(signal.SIGINT) is not _leave:
        yield
        return
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        yield
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    finally:
        signal.signal(signal.SIGINT, _leave)


def _opens_window(arguments: Namespace) -> bool:
    if arguments.command not in (None, "start"):
        return False
    from app import doctor  # a command must not wait for it either

    if arguments.command == "start":
        if not doctor.has_display():
            return False
        failure = None if getattr(sys, "frozen", False) else doctor.qt_failure()
        if failure is not None:
            print(f"The window cannot open ({failure}), so this goes on without it.", file=sys.stderr)
        return failure is None
    if not doctor.has_display():
        print("There is no display here for the window. See what works without one: kinfolio --help", file=sys.stderr)
        raise SystemExit(2)
    return True


if __name__ == "__main__":
    sys.exit(main())
