"""packaging/bootstrap.sh in a small made-up Debian: its programs are scripts that record how they were called."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.terminal import open_terminal

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the bootstrap is a POSIX shell script")

REAL_PROGRAMS = (
    *("sh", "env", "flock", "sleep", "true"),
    *("basename", "cat", "cksum", "cp", "dirname", "find", "grep", "mkdir", "rm", "touch"),
)
PROGRAMS = {
    "uname": "echo Linux",
    "id": 'cat "$WORLD/uid"',
    "dpkg-query": """
for name; do
    if grep -q -x -F -e "$name" "$WORLD/installed"; then echo "$name installed"; fi
done""",
    "apt-get": """
echo "apt-get $*" >>"$WORLD/calls"
echo "(apt-get $1)" >&2
[ -f "$WORLD/no-network" ] && exit 100
case $1 in
    install) for name; do echo "$name" >>"$WORLD/installed"; done ;;
esac""",
    "sudo": """
if [ "$1" = -n ]; then shift; [ -f "$WORLD/no-password" ] || exit 1; fi
[ "$1" = true ] || echo "sudo $*" >>"$WORLD/calls"
exec "$@" """,
    # Plays the system's Python and, copied by `-m venv`, that of the environment.
    "python3": """
case "$1 $2" in
    *version_info*) [ ! -f "$WORLD/old-python" ] ;;
    *ensurepip*) grep -q -x python3-venv "$WORLD/installed" ;;
    *"import pip"*) ;;
    *sys.version*) echo "3.11 $0" ;;
    "-m venv")
        echo venv >>"$WORLD/calls"
        mkdir -p "$3/bin"
        cp "$0" "$3/bin/python" ;;
    "-m pip")
        echo "pip $*" >>"$WORLD/calls"
        [ ! -f "$WORLD/no-network" ]
        if [ -f "$WORLD/slow-network" ]; then sleep 1; echo "pip is done" >>"$WORLD/calls"; fi
        cp "$WORLD/bin/kinfolio" "${0%/*}/kinfolio" ;;
esac""",
    "kinfolio": """
for argument; do printf '%s' "$argument" >>"$WORLD/started"; printf '\\0' >>"$WORLD/started"; done
touch "$WORLD/started" """,
}


class World:
    """A checkout beside a folder of programs; `calls` is what they were asked to do."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.checkout = folder / "a checkout, c'est ça"
        (self.checkout / "packaging").mkdir(parents=True)
        for name in ("bootstrap.sh", "requirements.lock", "requirements-dev.lock"):
            shutil.copy(ROOT / "packaging" / name, self.checkout / "packaging")
        for name in ("Makefile", "pyproject.toml"):
            shutil.copy(ROOT / name, self.checkout)
        (folder / "bin").mkdir()
        for name in REAL_PROGRAMS:
            if found := shutil.which(name):
                (folder / "bin" / name).symlink_to(found)
        for name, script in PROGRAMS.items():
            self.add_program(name, script)
        self.write("uid", "0\n")
        self.write("installed", "")
        self.write("calls", "")

    def add_program(self, name: str, script: str) -> None:
        program = self.folder / "bin" / name
        program.write_text(f"#!/bin/sh\nset -e\n{script}\n")
        program.chmod(0o755)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)

    def remove(self, name: str) -> None:
        (self.folder / name).unlink()

    @property
    def calls(self) -> list[str]:
        return (self.folder / "calls").read_text().splitlines()

    @property
    def started_with(self) -> list[str]:
        return (self.folder / "started").read_text().split("\0")[:-1]

    def run(
        self, *arguments: str, typed: str | None = None, display: str = "", photos: str = "", cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Without `typed` there is no terminal to ask on."""
        command = ["sh", str(self.checkout / "packaging" / "bootstrap.sh"), *(arguments or ["run"])]
        environment = {
            "PATH": str(self.folder / "bin"),
            "WORLD": str(self.folder),
            "DISPLAY": display,
            "PHOTOS": photos,
        }

        def result(stdin: int) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                command,
                stdin=stdin,
                env=environment,
                cwd=cwd or self.folder,
                capture_output=True,
                text=True,
                check=False,
                timeout=60,
            )

        if typed is None:
            return result(subprocess.DEVNULL)
        keyboard, terminal = open_terminal()
        try:
            os.write(keyboard, typed.encode())
            return result(terminal)
        finally:
            os.close(keyboard)
            os.close(terminal)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def installs(world: World) -> list[str]:
    return [call for call in world.calls if "apt-get install" in call and not call.startswith("sudo")]


def test_root_gets_every_package_named_before_it_is_installed(world: World) -> None:
    run = world.run()
    assert run.returncode == 0, run.stderr
    (install,) = installs(world)
    packages = [word for word in install.split()[2:] if not word.startswith("-")]
    assert {"libegl1", "libxkbcommon0", "python3-venv"} <= set(packages)
    before = run.stderr.partition("(apt-get")[0]
    assert all(package in before for package in packages)


def test_the_libraries_of_windows_are_installed_only_where_there_is_a_display(world: World) -> None:
    world.run()
    assert not any("libxcb-cursor0" in call for call in world.calls)
    world.run(display=":0")
    assert "libxcb-cursor0" in installs(world)[-1]
    assert "libegl1" not in installs(world)[-1]


def test_a_second_run_installs_nothing(world: World) -> None:
    world.run()
    before = world.calls
    run = world.run()
    assert run.returncode == 0
    assert run.stderr == ""
    assert world.calls == before


def test_on_a_terminal_one_yes_installs_everything(world: World) -> None:
    world.write("uid", "1000\n")
    run = world.run(typed="\n", display=":0")
    assert run.returncode == 0, run.stderr
    assert run.stderr.count("[Y/n]") == 1
    assert len(installs(world)) == 1
    assert len([call for call in world.calls if call.startswith("sudo ")]) == 2
    assert run.stderr.index("libxcb-cursor0") < run.stderr.index("[Y/n]")


def test_a_no_installs_nothing_and_says_how_to_do_it(world: World) -> None:
    world.write("uid", "1000\n")
    run = world.run(typed="n\n")
    assert run.returncode == 1
    assert world.calls == []
    assert "sudo apt-get install libegl1" in run.stderr
    assert "lacks the venv module" in run.stderr


def test_a_no_to_libraries_alone_does_not_stop_the_program(world: World) -> None:
    world.write("uid", "1000\n")
    world.write("installed", "python3-venv\n")
    run = world.run(typed="n\n")
    assert run.returncode == 0, run.stderr
    assert installs(world) == []
    assert world.started_with == []


def test_without_terminal_and_rights_it_says_what_to_run(world: World) -> None:
    world.write("uid", "1000\n")
    run = world.run()
    assert run.returncode == 1
    assert world.calls == []
    assert "needs a password and there is no terminal" in run.stderr


def test_without_a_terminal_sudo_is_used_where_it_needs_no_password(world: World) -> None:
    world.write("uid", "1000\n")
    world.write("no-password", "")
    run = world.run()
    assert run.returncode == 0, run.stderr
    assert len(installs(world)) == 1


def test_without_sudo_it_says_what_root_has_to_run(world: World) -> None:
    world.write("uid", "1000\n")
    (world.folder / "bin" / "sudo").unlink()
    run = world.run()
    assert run.returncode == 1
    assert "As root, run:  apt-get install libegl1" in run.stderr


def test_packages_renamed_for_64_bit_time_count_as_installed(world: World) -> None:
    world.write("installed", "libglib2.0-0t64\npython3-venv\n")
    world.run()
    assert "libglib2.0-0" not in installs(world)[0]


def test_other_systems_are_told_what_is_needed_and_go_on(world: World) -> None:
    (world.folder / "bin" / "dpkg-query").unlink()
    world.write("installed", "python3-venv\n")
    run = world.run()
    assert run.returncode == 0, run.stderr
    assert "libegl1" in run.stderr
    assert installs(world) == []


def test_a_python_that_is_too_old_is_refused_with_a_sentence(world: World) -> None:
    world.write("old-python", "")
    run = world.run()
    assert run.returncode == 1
    assert "Kinfolio needs Python 3.11, 3.12 or 3.13 and found none" in run.stderr
    assert "venv" not in world.calls


def test_an_interrupted_set_up_is_begun_again(world: World) -> None:
    world.run()
    (world.checkout / "pyproject.toml").write_text("changed\n")
    world.write("no-network", "")
    failed = world.run()
    assert failed.returncode == 1
    assert "run the same command again" in failed.stderr
    world.remove("no-network")
    half_made = world.checkout / ".venv" / "half-installed"
    half_made.touch()
    assert world.run().returncode == 0
    assert not half_made.exists()
    assert world.run().stderr == ""


@pytest.mark.skipif(shutil.which("flock") is None, reason="flock is not installed")
def test_a_second_set_up_waits_for_the_pip_of_a_killed_one(world: World) -> None:
    world.write("slow-network", "")
    command = ["sh", str(world.checkout / "packaging" / "bootstrap.sh"), "run"]
    environment = {"PATH": str(world.folder / "bin"), "WORLD": str(world.folder)}
    with subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as first:
        while not any(call.startswith("pip ") for call in world.calls):
            time.sleep(0.01)
        first.kill()
    run = world.run()
    assert run.returncode == 0, run.stderr
    assert "waiting for it" in run.stderr
    assert world.calls.index("pip is done") < len(world.calls) - 1 - world.calls[::-1].index("venv")


def test_an_environment_whose_python_is_gone_is_made_again(world: World) -> None:
    world.run()
    (world.checkout / ".venv" / "bin" / "python").unlink()
    assert world.run().returncode == 0
    assert world.calls.count("venv") == 2


def test_a_moved_checkout_is_set_up_again(world: World) -> None:
    world.run()
    before = len(world.calls)
    world.checkout = world.checkout.rename(world.folder / "moved")
    assert world.run().returncode == 0
    assert any(call.startswith("pip ") for call in world.calls[before:])


def test_a_changed_lock_is_installed_into_the_same_environment(world: World) -> None:
    world.run()
    with (world.checkout / "packaging" / "requirements.lock").open("a") as lock:
        lock.write("\n")
    assert world.run().returncode == 0
    assert world.calls.count("venv") == 1
    assert len([call for call in world.calls if "--require-hashes" in call]) == 2


def test_what_was_set_up_for_tests_serves_for_running(world: World) -> None:
    assert world.run("setup").returncode == 0
    before = world.calls
    assert "requirements-dev.lock" in " ".join(before)
    assert world.run().returncode == 0
    assert world.calls == before


PHOTOS = ["two words", 'it\'s "quoted"', "家庭照片", "$HOME `id` $(id)", "-n", "a\nb", "*", "back\\slash", "50% #1; &"]


@pytest.mark.parametrize("photos", PHOTOS)
def test_the_folder_of_photos_arrives_as_it_was_given(world: World, photos: str) -> None:
    run = world.run(photos=photos)
    assert run.returncode == 0, run.stderr
    assert world.started_with == ["start", f"--photos={photos}"]


@pytest.mark.parametrize("photos", [text for text in PHOTOS if "\n" not in text])
def test_make_hands_the_folder_of_photos_on_as_it_was_given(world: World, photos: str) -> None:
    make = shutil.which("make")
    if make is None:
        pytest.skip("make is not installed")
    environment = {"PATH": str(world.folder / "bin"), "WORLD": str(world.folder)}
    command = [make, "-C", str(world.checkout), "run", f"PHOTOS={photos}"]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert run.returncode == 0, run.stderr
    assert world.started_with == ["start", f"--photos={photos}"]


def test_without_photos_the_program_starts_without_arguments(world: World) -> None:
    world.run()
    assert world.started_with == []


def test_an_unknown_command_is_wrong_use(world: World) -> None:
    run = world.run("biuld")
    assert run.returncode == 2
    assert "bootstrap.sh COMMAND" in run.stderr
    assert world.calls == []
