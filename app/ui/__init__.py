"""SHOWS: everything Qt. Reads the library, asks it for edits, starts jobs; never reaches vision."""
