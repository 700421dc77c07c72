"""The errors a user may meet. Anything else that escapes is a bug and goes to the crash report."""


class AppError(Exception):
    """Something the user can understand and act on: "what happened, what to do"."""

    exit_code = 1


class UsageError(AppError):
    """The request itself is wrong: an unknown person, an option that does not fit, a place that cannot be written."""

    exit_code = 2


class LibraryError(AppError):
    """The library cannot be used: locked by another program, made by a newer version, damaged."""

    exit_code = 3


class DamagedLibraryError(LibraryError):
    """The library file is damaged; opening it again puts its backup in its place."""


class FullDiskError(LibraryError):
    """There is no room left where the library lies; nothing was changed."""


class Cancelled(Exception):
    """Work ended because it was asked to. Not an error."""
